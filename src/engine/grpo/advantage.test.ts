import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { completionOf } from '../../../test/support/completions.ts';
import type { ScoredCompletion } from '../protocol/completion.ts';
import { advantageNames } from '../protocol/experiment.ts';
import { advantages, advantagesOfEach, scoredAdvantages } from './advantage.ts';

const GROUP_SIZE = 3;

/** PyTorch's values in float32 for two groups of three (test/fixtures/golden/gpt2). */
const goldenRewards = [1, 0, 0.5, 0, 0, 1];
const golden = {
  group: [0.9998000264167786, -0.9998000264167786, 0, -0.5772503018379211, -0.5772503018379211, 1.1545004844665527],
  batch: [1.0168883800506592, -1.0168883800506592, 0, -0.6779256463050842, -0.6779256463050842, 1.355851173400879],
  none: [0.5, -0.5, 0, -0.3333333432674408, -0.3333333432674408, 0.6666666269302368],
  rloo: [0.75, -0.75, 0, -0.5, -0.5, 0.9999999403953552],
  'reinforce++': [
    1.1863698959350586, -0.8474069833755493, 0.16948142647743225, -0.8474069833755493, -0.8474069833755493,
    1.1863698959350586,
  ],
  'reinforce++-baseline': [
    1.0348842144012451, -1.0348842144012451, 0, -0.6899227499961853, -0.6899227499961853, 1.3798454999923706,
  ],
};

function assertClose(actual: readonly number[], expected: readonly number[], tolerance = 1e-9): void {
  assert.equal(actual.length, expected.length);
  actual.forEach((value, index) => {
    const wanted = expected[index] ?? NaN;
    assert.ok(Math.abs(value - wanted) <= tolerance, `[${index}] ${value} is not ${wanted}`);
  });
}

/** Rewards of whole groups of three, a few of them missing. */
const batches = fc
  .array(fc.tuple(...Array.from({ length: GROUP_SIZE }, () => fc.option(fc.integer({ min: -8, max: 8 }), { freq: 6 }))))
  .map((groups) => groups.flat());

for (const name of advantageNames) {
  test(`${name}: the values of the reference implementation`, () => {
    assertClose(advantages(goldenRewards, GROUP_SIZE, name), golden[name], 1e-5);
  });

  test(`${name}: equal rewards are worth exactly nothing, whatever float noise their mean has`, () => {
    assert.deepEqual(advantages([0.1, 0.1, 0.1, 0.1, 0.1, 0.1], GROUP_SIZE, name), [0, 0, 0, 0, 0, 0]);
  });

  test(`${name}: finite, centred, and 0 without a reward`, () => {
    fc.assert(
      fc.property(batches, (rewards) => {
        const result = advantages(rewards, GROUP_SIZE, name);
        assert.equal(result.length, rewards.length);
        rewards.forEach((reward, row) => {
          assert.ok(Number.isFinite(result[row]));
          if (reward === null) assert.equal(result[row], 0);
        });
        assertClose([result.reduce((total, one) => total + one, 0)], [0], 1e-9);
      }),
    );
  });

  test(`${name}: a constant added to every reward changes nothing`, () => {
    fc.assert(
      fc.property(batches, fc.integer({ min: -50, max: 50 }), (rewards, shift) => {
        const shifted = rewards.map((reward) => (reward === null ? null : reward + shift));
        assertClose(advantages(shifted, GROUP_SIZE, name), advantages(rewards, GROUP_SIZE, name));
      }),
    );
  });
}

for (const name of ['group', 'batch', 'none', 'rloo', 'reinforce++-baseline'] as const) {
  test(`${name}: a group without variance is exactly 0 beside one with it`, () => {
    assert.deepEqual(advantages([0.3, 0.3, 0.3, 1, 0, 0.2], GROUP_SIZE, name).slice(0, 3), [0, 0, 0]);
  });

  test(`${name}: a single reward in a group has nothing to be compared with`, () => {
    assert.deepEqual(advantages([null, 5, null, 1, 0, 0.5], GROUP_SIZE, name).slice(0, 3), [0, 0, 0]);
  });
}

test('rloo is G / (G - 1) times none', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -8, max: 8 }), { minLength: 2, maxLength: 9 }), (rewards) => {
      const factor = rewards.length / (rewards.length - 1);
      const none = advantages(rewards, rewards.length, 'none');
      assertClose(
        advantages(rewards, rewards.length, 'rloo'),
        none.map((advantage) => factor * advantage),
      );
    }),
  );
});

test('a missing reward leaves the group as if it were smaller', () => {
  for (const name of advantageNames) {
    assertClose(advantages([1, null, 0, 0.5], 4, name), [...advantages([1, 0, 0.5], 3, name).toSpliced(1, 0, 0)]);
  }
});

test('group and rloo do not see other groups, batch does', () => {
  const first = (rewards: readonly number[], name: 'group' | 'rloo' | 'batch'): number[] =>
    advantages(rewards, GROUP_SIZE, name).slice(0, GROUP_SIZE);
  for (const name of ['group', 'rloo'] as const) {
    assert.deepEqual(first([1, 0, 0, 9, 0, 0], name), first([1, 0, 0, 2, 2, 1], name));
  }
  assert.notDeepEqual(first([1, 0, 0, 9, 0, 0], 'batch'), first([1, 0, 0, 2, 2, 1], 'batch'));
});

test('GDPO: each function is normalised by itself, so a scale of 100 is worth as much as a scale of 1', () => {
  const small = { values: [1, 0, 0, 0], weight: 1 };
  const large = { values: [0, 0, 0, 100], weight: 1 };
  const result = advantagesOfEach([small, large], 4, 'group');
  // By hand: both functions give (3, -1, -1, -1) / 4 / (0.5 + 1e-4 / their scale), whose sum has mean 0 and ddof 1.
  const [a = 0, b = 0, c = 0, d = 0] = result;
  assertClose([a, b, c, d], [0.866, -0.866, -0.866, 0.866], 1e-3);
  const summed = advantages([1, 0, 0, 100], 4, 'group');
  assert.ok((summed[0] ?? 0) < 0, 'the sum drowns the small reward');
});

test('GDPO: null in one function adds nothing, null in all of them is 0', () => {
  const result = advantagesOfEach(
    [
      { values: [1, 0, null, null], weight: 2 },
      { values: [0, 1, 1, null], weight: 0 },
    ],
    4,
    'group',
  );
  // Only the first two rows have a value in a function of weight: x = +-sqrt(2), std 2.
  assertClose(result, [Math.SQRT1_2, -Math.SQRT1_2, 0, 0], 1e-3);
  assert.deepEqual(result.slice(2), [0, 0]);
});

test('scored completions: errors and nulls count as missing, weights are by name', () => {
  const rows = [
    scored(1, { exact: { value: 1 }, format: { value: 0 } }),
    scored(0, { exact: { value: 0 }, format: { value: 0 } }),
    scored(null, { exact: { error: { kind: 'threw', message: 'boom' } }, format: { value: null } }),
  ];
  const weights = { exact: 1, format: 0.5 };
  assertClose(scoredAdvantages(rows, weights, 3, { advantage: 'none', rewardNormalization: 'sum' }), [0.5, -0.5, 0]);
  const each = scoredAdvantages(rows, weights, 3, { advantage: 'none', rewardNormalization: 'each' });
  assertClose(each, [Math.SQRT1_2, -Math.SQRT1_2, 0], 1e-3);
});

test('refuses rows that are no whole groups', () => {
  assert.throws(() => advantages([1, 0, 1], 2, 'group'), /3 rows cannot be cut into groups of 2/);
});

function scored(reward: number | null, rewards: ScoredCompletion['rewards']): ScoredCompletion {
  return { completion: completionOf(), rewards, reward };
}
