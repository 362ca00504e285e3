import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { completionOf } from '../../../test/support/completions.ts';
import type { ScoredCompletion } from '../protocol/completion.ts';
import { dynamicSamplingMetrics, isInformative, problemsToDraw, selectGroups } from './dynamicSampling.ts';

function group(...rewards: readonly (number | null)[]): ScoredCompletion[] {
  return rewards.map((reward, sample) => ({ completion: completionOf({ key: { sample } }), rewards: {}, reward }));
}

const SUM = { rewardNormalization: 'sum' } as const;
const EACH = { rewardNormalization: 'each' } as const;

test('a group is worth training on when its rewards differ', () => {
  const informative = (...rewards: readonly (number | null)[]): boolean => isInformative(group(...rewards), {}, SUM);
  assert.equal(informative(1, 0, 1), true);
  assert.equal(informative(0.1, 0.1, 0.1), false);
  assert.equal(informative(1, null, null), false);
  assert.equal(informative(1, null, 0), true);
  assert.equal(informative(null, null), false);
});

test('rewards that are normalised one by one may differ where their sums do not', () => {
  const values = [
    { a: 1, b: 0 },
    { a: 1, b: 0 },
    { a: 0, b: 1 },
  ];
  const scored = group(1, 1, 1).map((row, sample) => ({
    ...row,
    rewards: { a: { value: values[sample]?.a ?? null }, b: { value: values[sample]?.b ?? null } },
  }));
  assert.equal(isInformative(scored, { a: 1, b: 1 }, SUM), false);
  assert.equal(isInformative(scored, { a: 1, b: 2 }, EACH), true);
});

test('draws a whole batch first, then what is likely to fill it', () => {
  const at = { wanted: 8, maxBatches: 10 };
  assert.equal(problemsToDraw({ ...at, batches: 0, drawn: 0, kept: 0 }), 8);
  assert.equal(problemsToDraw({ ...at, batches: 1, drawn: 8, kept: 0 }), 8);
  assert.equal(problemsToDraw({ ...at, batches: 1, drawn: 8, kept: 6 }), 3);
  assert.equal(problemsToDraw({ ...at, batches: 1, drawn: 8, kept: 2 }), 8);
  assert.equal(problemsToDraw({ ...at, batches: 2, drawn: 11, kept: 8 }), 0);
  assert.equal(problemsToDraw({ ...at, batches: 10, drawn: 80, kept: 3 }), 0);
});

test('ends after at most maxBatches rounds, with a full batch whenever enough groups differ', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 6 }),
      fc.infiniteStream(fc.boolean()),
      (wanted, maxBatches, luck) => {
        const progress = { wanted, maxBatches, batches: 0, drawn: 0, kept: 0 };
        for (let draw = problemsToDraw(progress); draw > 0; draw = problemsToDraw(progress)) {
          assert.ok(draw <= wanted);
          progress.batches += 1;
          progress.drawn += draw;
          for (let i = 0; i < draw; i += 1) progress.kept += luck.next().value === true ? 1 : 0;
        }
        assert.ok(progress.batches <= maxBatches);
        assert.ok(progress.kept >= wanted || progress.batches === maxBatches);
      },
    ),
  );
});

test('keeps the first groups that differ, in order, and says what it threw away', () => {
  const [a, b, c, d] = [group(1, 0), group(1, 1), group(0, 1), group(0.5, 0)];
  const differs = (scored: readonly ScoredCompletion[]): boolean => isInformative(scored, {}, SUM);
  assert.deepEqual(selectGroups([a, b, c, d], 2, differs), { kept: [a, c], discarded: [b, d] });
  assert.deepEqual(selectGroups([b], 2, differs), { kept: [], discarded: [b] });
  assert.deepEqual(
    dynamicSamplingMetrics(
      { wanted: 2, maxBatches: 3, batches: 1, drawn: 4, kept: 3 },
      { generated: 40, discarded: 25 },
    ),
    {
      'groups/drawn': 4,
      'groups/discarded_zero_std': 1,
      'groups/discarded_surplus': 1,
      'groups/generation_batches': 1,
      'groups/generated_tokens': 40,
      'groups/discarded_tokens': 25,
      'groups/discarded_tokens_frac': 0.625,
    },
  );
});
