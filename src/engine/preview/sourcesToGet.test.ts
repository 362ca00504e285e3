import assert from 'node:assert/strict';
import { test } from 'node:test';
import { experimentSchema } from '../protocol/experiment.ts';
import { hubSourcesOfTasks } from './sourcesToGet.ts';

test('the datasets of the hub are those of every task; files are not among them', () => {
  const experiment = experimentSchema.parse({
    model: 'm',
    tasks: {
      a: { dataset: { source: 'hf:o/a', test: 'hf:o/a-test' } },
      b: { dataset: { source: 'b.jsonl' } },
      c: { dataset: { source: 'c.jsonl', validation: 'hf:o/c' } },
    },
  });
  assert.deepEqual(
    hubSourcesOfTasks(experiment).map(({ role, source }) => [role, source]),
    [
      ['train', 'hf:o/a'],
      ['test', 'hf:o/a-test'],
      ['validation', 'hf:o/c'],
    ],
  );
});
