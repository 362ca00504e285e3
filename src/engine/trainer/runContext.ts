/** What the phases of a run share. */
import type { Compute, Listener } from '../compute/compute.ts';
import type { CurriculumOrder } from '../data/curriculum/curriculumOrder.ts';
import type { Problems } from '../data/problems.ts';
import type { ProblemSampler } from '../data/sampler.ts';
import type { RunWriter } from '../run/writer.ts';
import type { GenerateReply, GenerateRequest } from '../protocol/compute.ts';
import type { Experiment } from '../protocol/experiment.ts';
import type { PassProfile } from './curriculum/passProfile.ts';
import type { RewardFailures } from './rewardFailures.ts';
import type { EngineContext } from './engineContext.ts';
import type { ResourceMeter } from './resources.ts';
import type { RunScorer } from './runScorer.ts';

export interface RunContext extends EngineContext, StepContext {
  readonly scorer: RunScorer;
  readonly writer: RunWriter;
  /** Looked at once for each step. */
  readonly meter: ResourceMeter;
  /** How often the untrained policy solved each problem, where a curriculum goes by that. */
  readonly profile: PassProfile | null;
}

/** What the phases of one step need: all of it can be read from a run. */
export interface StepContext {
  readonly emit: EngineContext['emit'];
  readonly experiment: Experiment;
  readonly problems: Problems;
  readonly sampler: ProblemSampler;
  /** The orders in which it draws, where a curriculum decides them; none without one. */
  readonly curriculum: readonly CurriculumOrder[];
  readonly compute: Compute;
  /** Samples completions and tells of each group when it is whole; the policy does, or what a record has of it. */
  readonly sample: (request: GenerateRequest, listener: SamplingListener) => Promise<GenerateReply>;
  readonly scorer: Pick<RunScorer, 'score'>;
  /** Where rewards that were given before are found. */
  readonly writer: Pick<RunWriter, 'recordedStep'>;
  /** Which rewards were said to fail. */
  readonly failures: RewardFailures;
}

/** Told of every group, in any order, before the sampling is over. */
export type SamplingListener = Listener & Required<Pick<Listener, 'onGroup'>>;
