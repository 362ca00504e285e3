import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_HISTORY, mergeHistory } from './history.ts';

const point = (step: number, solved: number) => ({ from: step, to: step, solved, samples: 8 });

test('a short history is shown as it is', () => {
  const points = [point(1, 0), point(40, 3)];
  assert.deepEqual(mergeHistory(points), points);
  assert.deepEqual(mergeHistory([]), []);
});

test('of a long one neighbours are taken together, and nothing is lost', () => {
  const points = Array.from({ length: 1001 }, (_, step) => point(step, step % 9));
  const merged = mergeHistory(points);
  assert.ok(merged.length <= MAX_HISTORY);
  const total = (of: readonly { solved: number }[]): number => of.reduce((sum, { solved }) => sum + solved, 0);
  assert.equal(total(merged), total(points));
  assert.deepEqual([merged[0]?.from, merged.at(-1)?.to], [0, 1000]);
  for (const [index, { from }] of merged.entries())
    if (index > 0) assert.equal(from, (merged[index - 1]?.to ?? NaN) + 1);
});
