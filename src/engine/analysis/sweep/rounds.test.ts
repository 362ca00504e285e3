import assert from 'node:assert/strict';
import { test } from 'node:test';
import { currentRound, nextRound } from './rounds.ts';

const membership = { id: 'abc', name: 'rates', member: 0, members: 1, baseline: 0, assigned: {} };
const sweep = { id: 'abc', name: 'rates', paths: [], members: [{ title: '', overrides: [], membership }] };

function ids(...recorded: string[]): [current: string, next: string, ofMembers: string | undefined] {
  const all = recorded.map((id) => ({ id }));
  const next = nextRound(sweep, all);
  return [currentRound(sweep, all).id, next.id, next.members[0]?.membership.id];
}

test('a sweep goes on in its newest round, and anew in the one behind it', () => {
  assert.deepEqual(ids(), ['abc', 'abc', 'abc']);
  assert.deepEqual(ids('abc', 'other', 'other-7', 'abcd-3'), ['abc', 'abc-2', 'abc-2']);
  assert.deepEqual(ids('abc', 'abc-9', 'abc-10'), ['abc-10', 'abc-11', 'abc-11']);
});
