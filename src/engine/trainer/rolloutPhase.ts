/**
 * The rollout of one step: draw problems, sample their groups, score them, and draw more where dynamic sampling asks for it. Where a curriculum
 * screens problems, a group is sampled in two parts, and some groups only begun.
 */
import { dynamicSamplingMetrics, isInformative, problemsToDraw, selectGroups } from '../grpo/dynamicSampling.ts';
import type { Metrics } from '../protocol/metrics.ts';
import { rewardWeights } from '../protocol/rewardWeights.ts';
import { screenSize } from '../protocol/screening.ts';
import type { StepContext } from './runContext.ts';
import type { ScoredGroup } from './scoredGroup.ts';
import { drawnProblems, scoredSamples, tokensOf } from './sampleGroups.ts';
import { screenedGroups, screeningMetrics } from './screening.ts';
import type { Stopwatch } from './stopwatch.ts';

export interface Rollout {
  /** The groups to train on. */
  readonly groups: readonly ScoredGroup[];
  /** Put aside by screening, which are not whole, or thrown away by dynamic sampling. */
  readonly discarded: readonly ScoredGroup[];
  /** What screening and dynamic sampling cost; empty where both are off. */
  readonly metrics: Metrics;
  readonly tokens: number;
}

export async function rollOut(run: StepContext, step: number, watch: Stopwatch): Promise<Rollout> {
  const { algorithm, training, rollout } = run.experiment;
  const wanted = training.problemsPerStep;
  const all: ScoredGroup[] = [];
  const screens = screenSize(run.experiment) > 0;
  const maxBatches = algorithm.dynamicSampling ? algorithm.dynamicSampling.maxBatches : 1;
  let batches = 0;
  const weights = rewardWeights(run.experiment, step);
  const informative = ({ scored }: ScoredGroup): boolean => isInformative(scored, weights, algorithm);
  const whole = ({ scored }: ScoredGroup): boolean => scored.length === rollout.groupSize;
  const progress = () => ({
    wanted,
    maxBatches,
    batches,
    drawn: all.length,
    kept: all.filter(informative).length,
  });
  for (let count = wanted; count > 0; count = problemsToDraw(progress())) {
    const drawn = drawnProblems(run, run.sampler.drawMore(step, all.length, count), batches);
    const groups = screens
      ? await screenedGroups(run, drawn, step, informative, watch)
      : await scoredSamples(run, drawn, step, { from: 0, to: rollout.groupSize }, watch);
    all.push(...groups);
    batches++;
  }
  const tokens = tokensOf(all);
  const { kept, discarded } = selectGroups(all, wanted, algorithm.dynamicSampling ? informative : whole);
  const spent = { generated: tokens, discarded: tokensOf(discarded) };
  return {
    groups: kept,
    discarded,
    metrics: {
      ...(algorithm.dynamicSampling ? dynamicSamplingMetrics(progress(), spent) : {}),
      ...screeningMetrics(run.experiment, all),
    },
    tokens,
  };
}
