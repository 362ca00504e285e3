import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ScoreTally } from './tally.ts';

const error = (message: string) => ({ error: { kind: 'threw', message } }) as const;

test('means are over values, and an error is no zero', () => {
  const tally = new ScoreTally();
  tally.add({ value: 1 }, { value: 1 });
  tally.add({ value: 0 }, error('a'));
  tally.add(error('old'), error('b'));
  tally.add({ value: null }, error('b'));
  tally.add({ value: 0.5 }, { value: null });
  assert.deepEqual(tally.difference(), {
    before: { scored: 3, mean: 0.5, passed: 1, errors: 1, notApplicable: 1 },
    now: { scored: 1, mean: 1, passed: 1, errors: 3, notApplicable: 1 },
    changed: 3,
    failures: [
      { message: 'b', count: 2 },
      { message: 'a', count: 1 },
    ],
  });
});

test('a function that the run did not have changes nothing', () => {
  const tally = new ScoreTally();
  tally.add(undefined, { value: 0 });
  const { before, now, changed } = tally.difference();
  assert.deepEqual([before, now.mean, changed], [null, 0, 0]);
  assert.equal(new ScoreTally().difference().now.mean, null);
});
