import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pairSources } from './pairSources.ts';

test('files of one name are side by side, whatever their number', () => {
  assert.deepEqual(pairSources(['rewards/0/reward.ts'], ['rewards/1/reward.ts']), [
    { a: 'rewards/0/reward.ts', b: 'rewards/1/reward.ts' },
  ]);
});

test('what one run alone has stands against nothing', () => {
  assert.deepEqual(pairSources(['rewards/0/a.ts', 'rewards/0/lib/x.ts'], ['rewards/0/a.ts', 'rewards/1/b.ts']), [
    { a: 'rewards/0/a.ts', b: 'rewards/0/a.ts' },
    { a: 'rewards/0/lib/x.ts', b: null },
    { a: null, b: 'rewards/1/b.ts' },
  ]);
  assert.deepEqual(pairSources([], []), []);
});

test('of several with one name each is used once', () => {
  const both = ['rewards/0/reward.ts', 'rewards/1/reward.ts'];
  assert.deepEqual(pairSources(both, both), [
    { a: both[0], b: both[0] },
    { a: both[1], b: both[1] },
  ]);
  assert.equal(pairSources(both, both.slice(1))[1]?.b, null);
});
