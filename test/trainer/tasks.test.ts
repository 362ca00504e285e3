/** Promise: several tasks are one run, each with its own prompt and rewards, reported apart and together. */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { ExperimentInput } from '../../src/engine/protocol/experiment.ts';
import type { CompletionRecord } from '../../src/engine/protocol/run.ts';
import { rowOfProblem, taskOfProblem } from '../../src/engine/protocol/tasks.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { readStoredGroups, sampleGroups } from '../../src/engine/run/storedGroups.ts';
import { trainExperiment } from '../../src/engine/trainer/engine.ts';
import {
  answering,
  engage,
  HANG_LIMIT,
  makeProject,
  reward,
  train,
  twoTasks,
  type Changes,
  type Engaged,
} from '../support/trainingProject.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures');

/** GSM8K and SVAMP with a model that tells stories: nothing is solved, and everything is there. */
const mathematics: ExperimentInput = {
  model: 'model',
  tasks: {
    gsm8k: {
      weight: 2,
      dataset: {
        source: 'gsm8k/train.jsonl',
        test: 'gsm8k/test.jsonl',
        validation: 4,
        prompt: 'Question: {question}\nAnswer:',
        filter: { maxPromptTokens: 400 },
      },
    },
    svamp: {
      dataset: {
        source: 'svamp/SVAMP.json',
        validation: 3,
        prompt: '{Body}. {Question}\n',
        columns: { answer: 'Answer' },
      },
      rewards: ['number'],
    },
  },
  rewards: [
    { function: 'gsm8k', name: 'number', options: { rule: 'verl-flexible' } },
    { function: 'length', options: { target: 4, limit: 8 }, weight: 0.5 },
  ],
  training: { steps: 2, problemsPerStep: 6 },
  rollout: { groupSize: 2, maxCompletionLength: 6 },
  evaluation: { every: 1, samples: 2, sampling: { temperature: 1 } },
};

function trainMathematics(context: TestContext): Promise<Engaged> {
  const folder = mkdtempSync(join(tmpdir(), 'rlvr-tasks-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of ['gsm8k', 'svamp']) cpSync(join(FIXTURES, name), join(folder, name), { recursive: true });
  cpSync(join(FIXTURES, 'stories260K'), join(folder, 'model'), { recursive: true });
  const experimentPath = join(folder, 'both.rlvr.json');
  writeFileSync(experimentPath, JSON.stringify(mathematics));
  const options = { experimentPath, overrides: [], runsDir: join(folder, 'runs') };
  return engage((engineContext) => trainExperiment(options, engineContext));
}

function open<T>(dir: string, read: (reader: RunReader) => T): T {
  const reader = RunReader.open(dir);
  try {
    return read(reader);
  } finally {
    reader.close();
  }
}

test('GSM8K and SVAMP are trained together', HANG_LIMIT, async (context) => {
  const { outcome, dir, events } = await trainMathematics(context);
  assert.equal(outcome, 'finished');

  await context.test('their problems are told apart by their numbers', () => {
    open(dir, (reader) => {
      const { manifest } = reader;
      assert.deepEqual(manifest.tasks, [
        { name: 'gsm8k', first: 0 },
        { name: 'svamp', first: 40 },
      ]);
      assert.deepEqual(
        manifest.datasets?.map(({ task, role, rows }) => [task, role, rows]),
        [
          ['gsm8k', 'train', 40],
          ['gsm8k', 'test', 20],
          ['svamp', 'train', 30],
        ],
      );
      const problems = [...reader.problems('train'), ...reader.problems('validation')];
      assert.ok(problems.length >= 12);
      for (const { problem, row, prompt } of problems) {
        const isSvamp = taskOfProblem(manifest, problem) === 'svamp';
        assert.equal(isSvamp, 'Body' in row);
        assert.equal(prompt.startsWith('Question: '), !isSvamp);
        if (isSvamp) assert.equal(row['ID'], `chal-${rowOfProblem(manifest, problem) + 1}`);
      }
    });
  });

  await context.test('each step has its share of both', () => {
    open(dir, (reader) => {
      for (const step of [1, 2]) {
        const metrics = reader.metrics(step);
        assert.deepEqual([metrics['tasks/gsm8k/problems'], metrics['tasks/svamp/problems']], [4, 2]);
        const trained = reader.completionsOfStep(step).filter(({ purpose }) => purpose === 'rollout');
        const own = trained.filter(({ key }) => taskOfProblem(reader.manifest, key.problem) === 'svamp');
        assert.deepEqual([trained.length, own.length], [12, 4]);
      }
    });
  });

  await context.test('a reward is asked only of the tasks that it applies to', () => {
    open(dir, (reader) => {
      const completions = reader.completionsOfStep(1);
      const applied = (task: string, name: string): boolean[] =>
        completions
          .filter(({ key }) => taskOfProblem(reader.manifest, key.problem) === task)
          .map(({ rewards }) => isValue(rewards[name]));
      assert.ok(applied('gsm8k', 'length').every(Boolean));
      assert.ok(applied('gsm8k', 'number').every(Boolean));
      assert.ok(applied('svamp', 'number').every(Boolean));
      assert.ok(!applied('svamp', 'length').some(Boolean));
      const groups = readStoredGroups(reader, sampleGroups(reader, { purpose: 'rollout', split: 'train' }, Infinity));
      for (const { row, skip } of groups) assert.deepEqual(skip, 'Body' in row ? ['length'] : undefined);
    });
  });

  await context.test('accuracies are there apart and together, and as they were told', () => {
    open(dir, (reader) => {
      const kept = reader.evaluations();
      const told = events.flatMap((event) => (event.event === 'eval' ? [event] : []));
      for (const evaluation of kept) {
        const { step, split, tasks = {}, problems, correct } = evaluation;
        assert.deepEqual(Object.keys(tasks), split === 'validation' ? ['gsm8k', 'svamp'] : ['gsm8k']);
        const own = Object.values(tasks);
        assert.equal(
          own.reduce((sum, task) => sum + task.problems, 0),
          problems,
        );
        assert.equal(
          own.reduce((sum, task) => sum + task.correct, 0),
          correct,
        );
        const event = told.find((one) => one.step === step && one.split === split);
        if (event) assert.deepEqual({ event: 'eval', ...evaluation }, event);
        const { 'tasks/svamp/eval/accuracy': accuracy } = reader.metrics(step);
        if (split === 'validation') assert.equal(accuracy, tasks['svamp']?.accuracy.value);
      }
      assert.deepEqual(
        kept.map(({ split, problems }) => [split, problems]),
        [
          ['validation', 7],
          ['validation', 7],
          ['test', 20],
          ['validation', 7],
        ],
      );
      const names = Object.keys(reader.metrics(1)).filter((name) => name.startsWith('tasks/svamp/'));
      const measures = ['accuracy', 'accuracy_high', 'accuracy_low', 'lenient', 'maj@2', 'pass@2'];
      assert.deepEqual(names.sort(), [
        ...['completions/mean_length', 'epoch', ...measures.map((name) => `eval/${name}`)].map(ofSvamp),
        ...['frac_reward_zero_std', 'problems', 'reward', 'solved'].map(ofSvamp),
      ]);
    });
  });
});

const ofSvamp = (name: string): string => `tasks/svamp/${name}`;

function isValue(result: CompletionRecord['rewards'][string] | undefined): boolean {
  return result !== undefined && 'value' in result && result.value !== null;
}

test('supervised training learns the worked answers of every task', HANG_LIMIT, async () => {
  const project = await makeProject('gpt2');
  const { things, more } = twoTasks;
  const changes: Changes = {
    method: 'sft',
    tasks: {
      things: { dataset: things.dataset },
      more: { dataset: { ...more.dataset, completion: '{answer} of them' }, rewards: [] },
    },
    rewards: [reward('digits')],
  };
  const { outcome, dir } = await train(project, changes);
  assert.equal(outcome, 'finished');
  open(dir, (reader) => {
    const { epoch, 'tasks/things/epoch': ofThings, 'tasks/more/epoch': ofMore, loss } = reader.metrics(3);
    // Of ten and of five problems three each.
    assert.deepEqual([ofThings, ofMore], [0.3, 0.6]);
    assert.ok(Math.abs((epoch ?? NaN) - 0.45) < 1e-12);
    assert.ok(loss !== undefined);
    const measured = reader.evaluations().filter(({ split }) => split === 'validation');
    assert.ok(measured.length > 0);
    for (const { problems, tasks = {} } of measured)
      assert.deepEqual([problems, Object.keys(tasks)], [2, ['things']], 'no reward says what is solved of the other');
  });
  const broken = {
    things: { dataset: things.dataset },
    more: { dataset: { ...more.dataset, completion: '{solution}' }, rewards: [] },
  };
  await assert.rejects(train(project, { ...changes, tasks: broken }), {
    name: 'UserError',
    message: /^the train part of the task more, row \d+: dataset\.completion names the column \{solution\}/,
  });
});

test('a control on a random reward counts as solved what the tasks do', HANG_LIMIT, async () => {
  const project = await makeProject('gpt2');
  const changes: Changes = {
    tasks: twoTasks,
    rewards: [...answering.rewards, reward('brevity')],
    control: 'random-reward',
    training: { steps: 1 },
  };
  const { outcome, dir } = await train(project, changes);
  assert.equal(outcome, 'finished');
  open(dir, (reader) => {
    for (const { purpose, rewards, reward: sum } of reader.completionsOfStep(1)) {
      if (purpose !== 'rollout') continue;
      const { random } = rewards;
      assert.deepEqual(random, { value: sum });
    }
  });
});

test('what is wrong with the data of a task is said of it', HANG_LIMIT, async () => {
  const project = await makeProject('gpt2');
  const tasks = { ...twoTasks, more: { dataset: { ...twoTasks.more.dataset, prompt: '{query}' } } };
  await assert.rejects(train(project, { tasks, rewards: [...answering.rewards, reward('brevity')] }), {
    name: 'UserError',
    message: /^Task more: .*more\.jsonl, row \d+ .*\{query\}/,
  });
});
