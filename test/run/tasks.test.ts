/** Promises: in a run of several tasks each problem is solved by the rule of its task, and what was found of each task is kept. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { EvaluationSummary } from '../../src/engine/protocol/events.ts';
import { experimentSchema } from '../../src/engine/protocol/experiment.ts';
import type { StepRecord } from '../../src/engine/protocol/run.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { readStoredGroups } from '../../src/engine/run/storedGroups.ts';
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
