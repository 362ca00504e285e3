import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { RewardResult } from '../../protocol/completion.ts';
import { advantageNames } from '../../protocol/experiment.ts';
import type { RewardWeights } from '../../protocol/rewardWeights.ts';
import type { StoredGroup } from '../../protocol/scoring.ts';
import { rangeOf, rewardDiff, type DiffInput, type RewardDiff } from './rewardDiff.ts';
import { summaryText } from './rewardDiffWords.ts';
import { verdictsOf, type Results, type Verdicts } from './verdicts.ts';

const group = (step: number, problem: number, purpose: StoredGroup['purpose'] = 'rollout'): StoredGroup => ({
  step,
  purpose,
  split: 'train',
  problem,
});

const WEIGHTS = { correct: 1, format: 0.5 };
const PLAIN = { advantage: 'group', rewardNormalization: 'sum' } as const;

const timeout: RewardResult = { error: { kind: 'timeout', message: 'took too long' } };
const score = (value: number | null): Results => ({ correct: { value } });
const sideOf = (results: readonly Results[], weights: RewardWeights = { correct: 1 }): Verdicts =>
  verdictsOf(results, weights);

interface Sides {
  readonly groups: readonly StoredGroup[];
  readonly before: readonly (readonly Results[])[];
  readonly after: readonly (readonly Results[])[];
  readonly weights?: RewardWeights;
  readonly algorithm?: DiffInput['algorithm'];
}

/** One group of completions for each of `groups`. */
function diffOf({ groups, before, after, weights, algorithm = PLAIN }: Sides): RewardDiff {
  const compared = groups.map(({ step, problem }, asked) => ({
    asked,
    keys: (before[asked] ?? []).map((_, sample) => ({ step, problem, occurrence: 0, round: 0, sample })),
  }));
  return rewardDiff({
    stored: 1_000,
    groups,
    compared,
    before: sideOf(before.flat(), weights),
    after: sideOf(after.flat(), weights),
    algorithm,
  });
}

test('a weight that changes with the steps is that of the step, of what was trained on and of evaluations', () => {
  const both = (correct: number, format: number): Results => ({
    correct: { value: correct },
    format: { value: format },
  });
  const results = [both(0, 0), both(0, 1)];
  const diff = diffOf({
    groups: [group(100, 7), group(150, 8), group(200, 9), group(150, 10, 'evaluation')],
    before: [results, results, results, results],
    after: [results, results, results, results],
    weights: { correct: 1, format: { 100: 1, 200: 0 } },
  });
  assert.deepEqual([...diff.before.rewards], [0, 1, 0, 0.5, 0, 0, 0, 0.5]);
  assert.deepEqual(
    [...diff.before.advantages].map((advantage) => Math.sign(advantage)),
    [-1, 1, -1, 1, 0, 0, NaN, NaN],
  );
  // What tells them apart no longer counts.
  const dying = diffOf({
    groups: [group(200, 7)],
    before: [[both(0, 1), both(1, 1)]],
    after: [[both(1, 0), both(1, 1)]],
    weights: { correct: 1, format: { 100: 1, 200: 0 } },
  });
  assert.equal(dying.counts.died, 1);
});

test('scores that change, signs that flip, groups that die and come alive', () => {
  const diff = diffOf({
    groups: [group(1, 7), group(1, 8), group(2, 9), group(2, 10)],
    before: [
      [1, 0, 0, 0],
      [1, 0],
      [0, 0],
      [0, 1],
    ].map((values) => values.map(score)),
    after: [
      [0, 1, 0, 0],
      [1, 1],
      [0, 1],
      [0, 1],
    ].map((values) => values.map(score)),
  });
  assert.deepEqual(diff.counts, { completions: 10, changed: 4, broken: 0, mended: 0, flipped: 2, died: 1, revived: 1 });
  assert.equal(
    summaryText(diff.counts),
    '4 of 10 scores change · 2 advantage signs flip · 1 group dies · 1 group comes alive',
  );
  assert.deepEqual(
    diff.changes.map(({ group: { problem }, flipped, died, revived, before, after, most }) => [
      problem,
      { flipped, died, revived, before, after, most: most.sample },
    ]),
    [
      [7, { flipped: 2, died: 0, revived: 0, before: 0.25, after: 0.25, most: 0 }],
      [8, { flipped: 0, died: 1, revived: 0, before: 0.5, after: 1, most: 1 }],
      [9, { flipped: 0, died: 0, revived: 1, before: 0, after: 0.5, most: 1 }],
    ],
  );
  assert.deepEqual(rangeOf(diff, group(2, 9)), { from: 6, to: 8 });
  assert.equal(rangeOf(diff, group(3, 9)), null);
});

test('a failure is no score of 0, and is counted where it is new and where it is over', () => {
  const diff = diffOf({
    groups: [group(1, 0)],
    before: [[score(0), { correct: timeout }, score(1)]],
    after: [[{ correct: timeout }, score(0), score(1)]],
  });
  assert.deepEqual(diff.counts, { completions: 3, changed: 2, broken: 1, mended: 1, flipped: 0, died: 0, revived: 0 });
  assert.ok(Number.isNaN(diff.after.rewards[0]));
  assert.equal(summaryText(diff.counts), '2 of 3 scores change · 1 score fails now · 1 score no longer fails');
});

test('an evaluation has no advantages, and no groups that teach', () => {
  const diff = diffOf({
    groups: [group(1, 0, 'evaluation')],
    before: [[score(1), score(0)]],
    after: [[score(0), score(0)]],
  });
  assert.deepEqual(diff.counts, { completions: 2, changed: 1, broken: 0, mended: 0, flipped: 0, died: 0, revived: 0 });
  assert.ok(diff.before.advantages.every(Number.isNaN));
});

test('a problem that was drawn twice in a step is two groups of one row', () => {
  const key = (occurrence: number, sample: number) => ({ step: 1, problem: 3, occurrence, round: 0, sample });
  const diff = rewardDiff({
    stored: 2,
    groups: [group(1, 3)],
    compared: [0, 1].map((occurrence) => ({ asked: 0, keys: [key(occurrence, 0), key(occurrence, 1)] })),
    before: sideOf([1, 0, 1, 0].map(score)),
    after: sideOf([1, 1, 0, 0].map(score)),
    algorithm: PLAIN,
  });
  assert.equal(diff.counts.died, 2);
  assert.equal(diff.changes.length, 1);
  assert.equal(diff.changes[0]?.completions, 4);
});

test('functions that one version alone has change a score only by its sum', () => {
  const before = sideOf([score(1), score(0)]);
  const after = verdictsOf(
    [
      { correct: { value: 1 }, format: { value: 0 } },
      { correct: { value: 0 }, format: { value: 1 } },
    ],
    WEIGHTS,
  );
  const keys = [0, 1].map((sample) => ({ step: 1, problem: 0, occurrence: 0, round: 0, sample }));
  const diff = rewardDiff({
    stored: 2,
    groups: [group(1, 0)],
    compared: [{ asked: 0, keys }],
    before,
    after,
    algorithm: PLAIN,
  });
  assert.equal(diff.counts.changed, 1);
});

test('nothing changes in words too', () => {
  const same = { groups: [group(1, 0)], before: [[score(1)]], after: [[score(1)]] };
  assert.equal(summaryText(diffOf(same).counts), 'The score stays as it was');
  assert.equal(summaryText(diffOf({ groups: [], before: [], after: [] }).counts), 'There is nothing to compare');
});

const result = fc.oneof(
  fc.constantFrom(0, 1, 0.5, null).map((value): RewardResult => ({ value })),
  fc.constant(timeout),
);
const results = fc.record({ correct: result, format: result });
const GROUP_SIZE = 4;
const block = fc.array(results, { minLength: GROUP_SIZE, maxLength: GROUP_SIZE });
const sides = fc
  .record({
    blocks: fc.array(fc.tuple(block, block), { maxLength: 6 }),
    advantage: fc.constantFrom(...advantageNames),
    rewardNormalization: fc.constantFrom('sum' as const, 'each' as const),
  })
  .map(({ blocks, ...algorithm }): Sides => {
    const groups = blocks.map((_, index) => group(1 + (index % 2), index));
    return {
      groups,
      before: blocks.map(([old]) => old),
      after: blocks.map(([, now]) => now),
      weights: WEIGHTS,
      algorithm,
    };
  });

test('the other way round, what died comes alive and what broke is mended', () => {
  fc.assert(
    fc.property(sides, (given) => {
      const [there, back] = [diffOf(given), diffOf({ ...given, before: given.after, after: given.before })];
      const { died, revived, broken, mended, ...alike } = there.counts;
      assert.deepEqual(back.counts, { ...alike, died: revived, revived: died, broken: mended, mended: broken });
      assert.deepEqual(there.before.advantages, back.after.advantages);
    }),
  );
});

test('the counts are the sums over the groups, which are ordered and each have a change', () => {
  fc.assert(
    fc.property(sides, (given) => {
      const { counts, changes } = diffOf(given);
      for (const name of ['changed', 'broken', 'mended', 'flipped', 'died', 'revived'] as const)
        assert.equal(
          changes.reduce((sum, change) => sum + change[name], 0),
          counts[name],
        );
      for (const [index, change] of changes.entries()) {
        assert.ok(change.changed + change.flipped > 0);
        assert.ok((changes[index + 1]?.flipped ?? 0) <= change.flipped);
      }
    }),
  );
});

test('against itself nothing changes', () => {
  fc.assert(
    fc.property(sides, (given) => {
      const { counts, changes } = diffOf({ ...given, after: given.before });
      assert.deepEqual(changes, []);
      assert.equal(counts.changed + counts.flipped + counts.died + counts.revived + counts.broken + counts.mended, 0);
    }),
  );
});

test('a reward of twice the size and another zero flips nothing, and ends nothing', () => {
  const number = fc.integer({ min: -8, max: 8 });
  fc.assert(
    fc.property(
      fc.array(fc.array(number, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 5 }),
      fc.constantFrom(...advantageNames),
      (values, advantage) => {
        const { counts } = diffOf({
          groups: values.map((_, index) => group(1, index)),
          before: values.map((own) => own.map(score)),
          after: values.map((own) => own.map((value) => score(2 * value + 16))),
          algorithm: { advantage, rewardNormalization: 'sum' },
        });
        assert.deepEqual([counts.flipped, counts.died, counts.revived], [0, 0, 0]);
      },
    ),
  );
});
