/**
 * Advantages: how much better a completion scored than what it is compared with. R is a completion's reward, rows stand group by
 * group, std has ddof = 1, and epsilon is TRL's 1e-4.
 *
 * A completion without a reward (null) is left out of every mean and standard deviation and gets 0. What has nothing to differ
 * from, a group (or batch) with equal rewards or with fewer than two of them, gets exactly 0, so that the learner can tell that such
 * a row has no policy gradient.
 */
import type { ScoredCompletion } from '../protocol/completion.ts';
import type { AlgorithmConfig } from '../protocol/experiment.ts';
import { inGroups } from './groups.ts';
import { isConstant, mean, sampleStd } from './moments.ts';
import { present, rewardValues } from './rewardValues.ts';

export type AdvantageName = AlgorithmConfig['advantage'];

type Rewards = readonly (number | null)[];

/** Keeps the quotient finite; the value is TRL's. */
const EPSILON = 1e-4;

const unscaled = (): number => 1;
const overStd = (values: readonly number[]): number => 1 / (sampleStd(values) + EPSILON);
const leaveOneOut = (values: readonly number[]): number => values.length / (values.length - 1);

/**
 * One advantage per reward.
 *
 * | name | formula | source |
 * |---|---|---|
 * | `group` | (R - group mean) / (group std + eps) | GRPO, arXiv:2402.03300 |
 * | `batch` | (R - group mean) / (batch std of R + eps) | Lite-PPO, arXiv:2508.08221 |
 * | `none` | R - group mean | Dr. GRPO, arXiv:2503.20783 |
 * | `rloo` | R - mean of the group's others | RLOO, arXiv:2402.14740 |
 * | `reinforce++` | (R - batch mean) / (batch std of R + eps) | arXiv:2501.03262 |
 * | `reinforce++-baseline` | x = R - group mean, then (x - batch mean of x) / (batch std of x + eps) | the same |
 */
export function advantages(rewards: Rewards, groupSize: number, name: AdvantageName): number[] {
  const byGroup = (scale: (values: readonly number[]) => number): number[] =>
    inGroups(rewards, groupSize).flatMap((group) => centredAndScaled(group, scale));
  switch (name) {
    case 'group':
      return byGroup(overStd);
    case 'batch': {
      const scale = overStd(present(rewards));
      return byGroup(() => scale);
    }
    case 'none':
      return byGroup(unscaled);
    case 'rloo':
      return byGroup(leaveOneOut);
    case 'reinforce++':
      return centredAndScaled(rewards, overStd);
    case 'reinforce++-baseline':
      return overBatchStd(byGroup(unscaled), (row) => rewards[row] !== null);
  }
}

/** One reward function's value for every completion, and its weight. */
export interface RewardColumn {
  readonly values: Rewards;
  readonly weight: number;
}

/**
 * GDPO (arXiv:2601.05242): the advantage of each function alone, their weighted sum, and that over (its batch std + eps). A
 * function that does not apply to a completion adds nothing to it. Keeps a rare reward from drowning in a frequent one.
 */
export function advantagesOfEach(columns: readonly RewardColumn[], groupSize: number, name: AdvantageName): number[] {
  const used = columns.filter((column) => column.weight !== 0);
  const sums = Array.from({ length: columns[0]?.values.length ?? 0 }, () => 0);
  for (const { values, weight } of used) {
    advantages(values, groupSize, name).forEach(
      (advantage, row) => (sums[row] = (sums[row] ?? 0) + weight * advantage),
    );
  }
  return overBatchStd(sums, (row) => used.some((column) => column.values[row] !== null));
}

/** Advantages of scored completions as the experiment asks for them. `weights` are by reward name. */
export function scoredAdvantages(
  scored: readonly Pick<ScoredCompletion, 'rewards' | 'reward'>[],
  weights: Readonly<Record<string, number>>,
  groupSize: number,
  algorithm: Pick<AlgorithmConfig, 'advantage' | 'rewardNormalization'>,
): number[] {
  if (algorithm.rewardNormalization === 'each') {
    const columns = Object.entries(weights).map(([name, weight]) => ({ values: rewardValues(scored, name), weight }));
    // A function that failed leaves a completion without a reward, whatever the others said of it.
    return advantagesOfEach(columns, groupSize, algorithm.advantage).map((advantage, row) =>
      scored[row]?.reward === null ? 0 : advantage,
    );
  }
  return advantages(
    scored.map((row) => row.reward),
    groupSize,
    algorithm.advantage,
  );
}

function centredAndScaled(rewards: Rewards, scale: (values: readonly number[]) => number): number[] {
  const values = present(rewards);
  if (isConstant(values)) return rewards.map(() => 0);
  const centre = mean(values);
  const factor = scale(values);
  return rewards.map((reward) => (reward === null ? 0 : (reward - centre) * factor));
}

/**
 * x / (std(x) + eps) over the rows that count. The formulas subtract the batch mean first; every x here is already centred, so that
 * mean is 0 by construction, and leaving it out keeps float noise from turning exact zeros into rows to train on.
 */
function overBatchStd(centred: readonly number[], counts: (row: number) => boolean): number[] {
  const factor = overStd(centred.filter((_, row) => counts(row)));
  return centred.map((x) => x * factor);
}
