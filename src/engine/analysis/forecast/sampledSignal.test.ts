import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampledSignal, signalShare, type SampledGroup } from './sampledSignal.ts';

const options = { groupSize: 4, maxCompletionLength: 100, seed: 3 };

function group(solved: number, length = 50, truncated = 0): SampledGroup {
  const cause = solved === 0 ? 'wrong' : solved === 4 ? 'right' : null;
  return { cause, solved, decided: 4, lengths: [length, length, length, length], truncated };
}

test('counts groups by what they teach', () => {
  const signal = sampledSignal([group(0), group(0), group(4), group(1), group(2)], options);
  assert.equal(signal.advantage.value, 0.4);
  assert.ok(signal.advantage.low < 0.4 && signal.advantage.high > 0.4);
  assert.deepEqual(signal.causes, [
    { cause: 'right', count: 1 },
    { cause: 'wrong', count: 2 },
  ]);
});

test('larger groups are mixed more often', () => {
  const { otherGroupSizes } = sampledSignal([group(0), group(0), group(1), group(1), group(2)], options);
  assert.deepEqual(
    otherGroupSizes.map(({ groupSize }) => groupSize),
    [8, 16],
  );
  assert.ok((otherGroupSizes[0]?.advantage ?? 0) > 0.6);
  assert.ok((otherGroupSizes[1]?.advantage ?? 0) > (otherGroupSizes[0]?.advantage ?? 0));
});

test('of rewards that are more than right and wrong nothing is said of other sizes', () => {
  const shaped: SampledGroup = { ...group(0), cause: null };
  assert.deepEqual(sampledSignal([shaped, group(1)], options).otherGroupSizes, []);
  assert.deepEqual(sampledSignal([group(0), group(0)], options).otherGroupSizes, []);
});

test('lengths and truncation are means over groups', () => {
  const groups = [group(1, 100, 4), group(1, 50), group(1, 30), group(1, 20)];
  const { completionLength, truncated } = sampledSignal(groups, options);
  assert.equal(completionLength.value, 50);
  assert.ok(completionLength.low > 20 && completionLength.high < 100);
  assert.equal(truncated.value, 0.25);
  // The same sample has the same interval.
  assert.deepEqual(sampledSignal(groups, options).completionLength, completionLength);
});

test('what the time follows from', () => {
  const groups = [group(0, 40), group(2, 60)];
  const share = signalShare(groups, sampledSignal(groups, options));
  assert.equal(share.solved, 0.25);
  // Tokens 160 and 240: standard deviation 56.6, of the mean 40, of 200.
  assert.ok(Math.abs(share.lengthError - 0.2) < 1e-12);
  const undecided = { ...group(0), decided: 0 };
  assert.equal(signalShare([undecided], sampledSignal([undecided], options)).solved, null);
});
