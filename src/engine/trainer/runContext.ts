/** What the phases of a run share. */
import type { ComputeClient } from '../compute/client.ts';
import type { Problem, Problems } from '../data/problems.ts';
import type { ProblemSampler } from '../data/sampler.ts';
import type { RunWriter } from '../run/writer.ts';
import type { ScoredCompletion } from '../protocol/completion.ts';
import type { Experiment } from '../protocol/experiment.ts';
import { rewardName } from '../protocol/experimentChecks.ts';
import type { RewardFailures } from './rewardFailures.ts';
import type { EngineContext } from './engineContext.ts';
import type { RunScorer } from './runScorer.ts';

export interface RunContext extends EngineContext {
  readonly experiment: Experiment;
  readonly problems: Problems;
  readonly sampler: ProblemSampler;
  readonly compute: ComputeClient;
  readonly scorer: RunScorer;
  readonly writer: RunWriter;
  /** Which rewards were said to fail. */
  readonly failures: RewardFailures;
}

/** A problem with the completions sampled for it and their scores. */
export interface ScoredGroup {
  readonly problem: Problem;
  readonly scored: readonly ScoredCompletion[];
}

/** Weights by reward name. */
export function rewardWeights({ rewards }: Experiment): Record<string, number> {
  return Object.fromEntries(rewards.map((reward) => [rewardName(reward), reward.weight]));
}
