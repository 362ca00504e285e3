import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CLIPS, type ReplayCheck } from '../protocol/replay.ts';
import { checkResult, clipWords, planSentence, progressWords, replayNotes, replaySentence } from './replayWords.ts';

const equal: readonly ReplayCheck[] = [
  { what: 'redone', values: 0, differing: 0, first: null },
  { what: 'completions', values: 64, differing: 0, first: null },
  { what: 'loss', values: 1, differing: 0, first: null },
];
const first = { where: 'problem 3, sample 1, token 5: log-probability', recorded: '-1.25', replayed: '-1.5' };
const differing: readonly ReplayCheck[] = [
  { what: 'completions', values: 64, differing: 2, first },
  { what: 'loss', values: 1, differing: 1, first: { where: 'loss', recorded: '1', replayed: '2' } },
];
const notes = ['The run was made on darwin-arm64, and this is linux-x64.'];

test('a step that came out as it was', () => {
  const replay = { step: 12, checks: equal, notes };
  assert.equal(replaySentence(replay), 'Replayed step 12: 64 completions, loss and gradient norm equal bit for bit.');
  assert.deepEqual(replayNotes(replay), [], 'there is nothing to explain');
});

test('one that did not, with the first difference and what may be why', () => {
  const replay = { step: 12, checks: differing, notes };
  assert.equal(
    replaySentence(replay),
    'Replayed step 12, which came out otherwise than recorded (completions, loss). First of all, ' +
      'problem 3, sample 1, token 5: log-probability: recorded -1.25, now -1.5.',
  );
  assert.deepEqual(replayNotes(replay), notes);
});

test('results by name', () => {
  assert.deepEqual(differing.map(checkResult), ['62 of 64 equal', '0 of 1 equal']);
  assert.equal(checkResult({ what: 'state', values: 0, differing: 0, first: null }), 'not kept by the run');
});

test('how far it is', () => {
  assert.equal(
    planSentence({ from: 8, redone: 3, seconds: 192 }),
    'From the policy saved after step 8: 3 steps before it first, about 3 min 12 s of computing.',
  );
  assert.equal(
    planSentence({ from: 0, redone: 0, seconds: null }),
    'From the policy that the run began with: the step alone.',
  );
});

test('where it stands', () => {
  const plan = { from: 8, redone: 3, seconds: 192 };
  assert.equal(
    progressWords({ ...plan, step: 12, phase: 'rollout', done: 8, total: 64 }),
    'step 12, sampling again 8/64',
  );
  assert.equal(progressWords({ ...plan, step: 12, phase: 'load', done: 0, total: 1 }), 'loading the model');
});

test('clips', () => {
  assert.deepEqual(Object.values(CLIPS).map(clipWords), ['', 'low', 'high', 'bound']);
  assert.equal(clipWords(NaN), '');
});
