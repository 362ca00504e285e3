/** Promises: in a run of several tasks each problem is solved by the rule of its task, and what was found of each task is kept. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { UserError } from '../../src/engine/protocol/errors.ts';
import type { EvaluationSummary } from '../../src/engine/protocol/events.ts';
import { experimentSchema } from '../../src/engine/protocol/experiment.ts';
import type { StepRecord } from '../../src/engine/protocol/run.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { readStoredGroups, sampleGroups } from '../../src/engine/run/storedGroups.ts';
import { RunWriter } from '../../src/engine/run/writer.ts';
import { completion, manifest, problem, RUN_ID, temporaryFolder } from './samples.ts';

const experiment = experimentSchema.parse({
  model: 'm',
  tasks: {
    sums: { dataset: { source: 'a' }, rewards: ['correct'] },
    forms: { dataset: { source: 'b' }, solvedBy: 'format' },
  },
  rewards: [{ function: 'correct' }, { function: 'format' }],
});
const tasks = [
  { name: 'sums', first: 0 },
  { name: 'forms', first: 100 },
];
/** Right by one reward and wrong by the other. */
const rewards = { correct: { value: 1 }, format: { value: 0 } };

const accuracy = { value: 0.5, low: 0.1, high: 0.9 };
const evaluation: EvaluationSummary = {
  ...{ step: 1, split: 'validation', samples: 1, problems: 4, correct: 2, accuracy, measures: { lenient: accuracy } },
  tasks: {
    sums: { problems: 3, correct: 2, accuracy, measures: { lenient: accuracy } },
    forms: { problems: 1, correct: 0, accuracy },
  },
};

function written(): RunWriter {
  const writer = RunWriter.create(join(temporaryFolder(), RUN_ID), { ...manifest, tasks }, experiment);
  const step: StepRecord = {
    step: 1,
    metrics: {},
    problems: [problem(99), problem(100)],
    completions: [completion(1, 99, 0, { rewards }), completion(1, 100, 0, { rewards })],
    evaluation,
    state: null,
  };
  writer.writeStep(step);
  return writer;
}

test('a problem is solved by the rule of its task', () => {
  const writer = written();
  assert.deepEqual(
    writer.solvedGroups(1).map((group) => [group.problem, group.solved]),
    [
      [99, 1],
      [100, 0],
    ],
  );
  writer.close();
});

test('what was found of each task is read as it was written, and an evaluation in its place takes it away', () => {
  const writer = written();
  const reader = RunReader.open(writer.dir);
  assert.deepEqual(reader.evaluations(), [evaluation]);
  assert.deepEqual(reader.manifest.tasks, tasks);
  const alone = { ...evaluation };
  delete alone.tasks;
  writer.writeEvaluation(alone, [], []);
  assert.deepEqual(reader.evaluations(), [alone]);
  reader.close();
  writer.close();
});

test('completions are scored again without the rewards that do not apply to them', () => {
  const writer = written();
  const reader = RunReader.open(writer.dir);
  const asked = [99, 100].map((number) => ({ step: 1, purpose: 'rollout', split: 'train', problem: number }) as const);
  assert.deepEqual(
    readStoredGroups(reader, asked).map(({ skip }) => skip),
    [['format'], undefined],
  );
  reader.close();
  writer.close();
});

/** Two problems of each task in a step. @param steps a round number, as people choose them */
function balanced(steps: number): RunWriter {
  const writer = RunWriter.create(join(temporaryFolder(), RUN_ID), { ...manifest, tasks }, experiment);
  const numbers = [1, 2, 101, 102];
  const records = Array.from({ length: steps }, (_, index): StepRecord => {
    const step = index + 1;
    const completions = numbers.map((number) => completion(step, number, 0, { rewards }));
    return {
      step,
      metrics: {},
      problems: numbers.map((number) => problem(number)),
      completions,
      evaluation: null,
      state: null,
    };
  });
  writer.writeSteps(records);
  return writer;
}

test('groups that stand for a run are of all its tasks and problems, though numbers go with tasks', () => {
  const writer = balanced(100);
  const reader = RunReader.open(writer.dir);
  const sampled = sampleGroups(reader, { purpose: 'rollout', split: 'train' }, 100);
  assert.deepEqual(
    sampled.map(({ step }) => step),
    Array.from({ length: 100 }, (_, index) => index + 1),
    'one of each step',
  );
  const drawn = [...Map.groupBy(sampled, (group) => group.problem).values()].map(({ length }) => length);
  assert.equal(drawn.length, 4);
  // Four standard deviations of a binomial around its mean.
  for (const count of drawn) assert.ok(Math.abs(count - 25) < 4 * Math.sqrt(100 * 0.25 * 0.75), String(drawn));
  assert.deepEqual(sampleGroups(reader, { purpose: 'rollout', split: 'train' }, 100), sampled);
  reader.close();
  writer.close();
});

test("rewards of another experiment apply to the tasks that it says, and to none that it hasn't", () => {
  const writer = written();
  const reader = RunReader.open(writer.dir);
  const asked = [99, 100].map((number) => ({ step: 1, purpose: 'rollout', split: 'train', problem: number }) as const);
  const skips = (skipped: Record<string, string[]>): unknown =>
    readStoredGroups(reader, asked, skipped).map(({ skip }) => skip);
  assert.deepEqual(skips({ sums: [], forms: ['new'] }), [undefined, ['new']]);
  assert.deepEqual(skips({}), [undefined, undefined], 'all of an experiment with one dataset');
  assert.throws(() => skips({ sums: [] }), UserError);
  reader.close();
  writer.close();
});
