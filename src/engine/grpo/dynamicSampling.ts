/**
 * Dynamic sampling (DAPO, arXiv:2503.14476, section 3.2): only groups whose rewards differ carry a gradient, so the others are thrown
 * away and more problems are drawn until the batch is full or the generation batches are used up. Decisions only; drawing and
 * generating are the trainer's.
 */
import type { ScoredCompletion } from '../protocol/completion.ts';
import type { Metrics } from '../protocol/metrics.ts';
import type { AlgorithmConfig } from '../protocol/experiment.ts';
import { scoredAdvantages } from './advantage.ts';

export interface SamplingProgress {
  /** Groups that make a full batch (`training.problemsPerStep`), and the most that one generation batch draws. */
  readonly wanted: number;
  readonly maxBatches: number;
  /** Generation batches made so far in this step. */
  readonly batches: number;
  /** Groups drawn so far. */
  readonly drawn: number;
  /** Groups among them whose rewards differ. */
  readonly kept: number;
}

/** Whether a group is worth training on: whether any of its completions would have an advantage. Rewards that are missing have none. */
export function isInformative(
  group: readonly ScoredCompletion[],
  weights: Readonly<Record<string, number>>,
  algorithm: Pick<AlgorithmConfig, 'rewardNormalization'>,
): boolean {
  const centred = { ...algorithm, advantage: 'none' } as const;
  return scoredAdvantages(group, weights, group.length, centred).some((advantage) => advantage !== 0);
}

/**
 * Problems to draw next; 0 when the batch is full or the batches are used up. After the first round it is what is missing over the
 * share kept so far, so that one more round is likely to be enough, and at most a whole batch.
 */
export function problemsToDraw(progress: SamplingProgress): number {
  const missing = progress.wanted - progress.kept;
  if (missing <= 0 || progress.batches >= progress.maxBatches) return 0;
  if (progress.kept === 0) return progress.wanted;
  return Math.min(progress.wanted, Math.ceil((missing * progress.drawn) / progress.kept));
}

/** The groups to train on, in the order drawn, and those thrown away: uninformative, or beyond a full batch. */
export function selectGroups<T>(
  groups: readonly T[],
  wanted: number,
  informative: (group: T) => boolean,
): { readonly kept: T[]; readonly discarded: T[] } {
  const kept = groups.filter(informative).slice(0, Math.max(0, wanted));
  const chosen = new Set(kept);
  return { kept, discarded: groups.filter((group) => !chosen.has(group)) };
}

/** Tokens of completions that were sampled for a batch. */
export interface SampledTokens {
  readonly generated: number;
  /** Of groups that were thrown away. */
  readonly discarded: number;
}

/**
 * What the batch cost: groups drawn, thrown away for want of variance, thrown away as surplus, and generation batches; the tokens that
 * were generated for it, and those among them that were thrown away.
 */
export function dynamicSamplingMetrics(
  { wanted, drawn, kept, batches }: SamplingProgress,
  { generated, discarded }: SampledTokens,
): Metrics {
  return {
    'groups/drawn': drawn,
    'groups/discarded_zero_std': drawn - kept,
    'groups/discarded_surplus': Math.max(0, kept - wanted),
    'groups/generation_batches': batches,
    'groups/generated_tokens': generated,
    'groups/discarded_tokens': discarded,
    'groups/discarded_tokens_frac': generated === 0 ? 0 : discarded / generated,
  };
}
