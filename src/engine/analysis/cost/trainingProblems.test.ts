import assert from 'node:assert/strict';
import { test } from 'node:test';
import { experimentSchema, type ExperimentInput } from '../../protocol/experiment.ts';
import { trainingProblems } from './trainingProblems.ts';

function experiment(changes: Partial<ExperimentInput>) {
  return experimentSchema.parse({ model: 'm', training: { problemsPerStep: 8 }, ...changes });
}

const dataset = { source: 'd' };

test('a small task that is gone through often does not hide the size of a large one', () => {
  const passes = new Map([
    ['epoch', (0.5 * 2000) / 1000 + (0.5 * 2000) / 10],
    ['tasks/large/epoch', 2000 / 1000],
    ['tasks/small/epoch', 2000 / 10],
  ]);
  const both = experiment({ tasks: { large: { dataset }, small: { dataset } } });
  assert.equal(
    trainingProblems(both, 500, (metric) => passes.get(metric)),
    1010,
  );
});

test('a share that does not come out even is counted as it was drawn', () => {
  // Of eight draws the first task has three: its next one is due first.
  const thirds = experiment({ tasks: { a: { dataset }, b: { dataset }, c: { dataset } } });
  const passes = new Map([3, 3, 2].map((drawn, task) => [`tasks/${'abc'.charAt(task)}/epoch`, drawn / 100]));
  assert.equal(
    trainingProblems(thirds, 1, (metric) => passes.get(metric)),
    300,
  );
});

test('one dataset, and a run without a step', () => {
  const one = experiment({ dataset });
  assert.equal(
    trainingProblems(one, 4, () => 0.5),
    64,
  );
  assert.equal(
    trainingProblems(one, 0, () => undefined),
    null,
  );
});
