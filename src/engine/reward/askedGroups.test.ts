import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askedGroups } from './askedGroups.ts';

const completion = { text: '', tokens: 0 };
const groups = [
  { completions: [completion, completion] },
  { completions: [completion], skip: ['form'] },
  { completions: [completion, completion, completion], skip: [] },
];

test('a reward is asked of every group that does not skip it', () => {
  assert.deepEqual(askedGroups(groups, 'right', null), { groups: [0, 1, 2], watch: null });
  assert.deepEqual(askedGroups(groups, 'form', null), { groups: [0, 2], watch: null });
});

test('the watched completion is found among those it is asked of', () => {
  const watched = (reward: string): (number | null)[] =>
    [0, 1, 2, 3, 5].map((watch) => askedGroups(groups, reward, watch).watch);
  assert.deepEqual(watched('right'), [0, 1, 2, 3, 5]);
  assert.deepEqual(watched('form'), [0, 1, null, 2, 4]);
});
