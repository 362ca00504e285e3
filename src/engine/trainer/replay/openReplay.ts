/** Opens what a run was made with, its rewards apart, as it was before a step. */
import type { Compute } from '../../compute/compute.ts';
import { ComputeGroup } from '../../compute/group/computeGroup.ts';
import { asBegun } from '../../data/asBegun.ts';
import { UserError } from '../../protocol/errors.ts';
import { sharesOf } from '../../protocol/rayConfig.ts';
import type { EngineEvent } from '../../protocol/events.ts';
import type { ReplayProgress } from '../../protocol/replay.ts';
import { readMicroBatches } from '../../run/microBatches.ts';
import type { RunReader } from '../../run/reader.ts';
import { readSolvedGroups } from '../../run/solvedGroups.ts';
import type { CleanUp } from '../cleanUp.ts';
import { openModel, openPolicy, startCompute } from '../openPolicy.ts';
import { recordedProfile } from '../curriculum/openProfile.ts';
import { openSampler } from '../openSampler.ts';
import { changedSince } from '../provenance.ts';
import { RewardFailures } from '../rewardFailures.ts';
import type { StepContext } from '../runContext.ts';
import { circumstances } from './circumstances.ts';

export interface ReplayContext {
  readonly onProgress: (progress: ReplayProgress) => void;
  /** What the person should know besides, such as a device that is not there. */
  readonly onWarning: (message: string) => void;
  /** Aborts on Ctrl-C or Cancel: the compute process is killed, and the replay rejects. */
  readonly signal: AbortSignal;
  /** Resident memory that the process which computes may take, in bytes; without it there is no limit. */
  readonly memoryLimit?: number;
  /** Where temporary folders are made; the system's own place where it is not given. */
  readonly temporary?: string;
}

/** All that a step needs but the completions and what they are worth. */
export interface ReplayRun extends Omit<StepContext, 'sample' | 'scorer' | 'writer'> {
  /** What is not as it was when the run was made. */
  readonly notes: readonly string[];
}

export interface ReplayStart {
  readonly step: number;
  /** Folder of the policy to begin with; null for that of the experiment. */
  readonly state: string | null;
  readonly cleanUp: CleanUp;
  readonly tell: (phase: 'rollout' | 'train', step: number, done: number, total: number) => void;
}

/** What was computed in shares is rounded as it was only where it is so again. */
function inShares(compute: Compute, shares: number): Compute {
  if (shares === 1) return compute;
  const group = new ComputeGroup({ shares });
  group.offer(compute);
  return group;
}

/** @throws UserError where something changed since the run began, or cannot be used */
export async function openReplay(
  reader: RunReader,
  { step, state, cleanUp, tell }: ReplayStart,
  { signal, onWarning, memoryLimit }: ReplayContext,
): Promise<ReplayRun> {
  const { manifest } = reader;
  const { experimentPath } = manifest;
  // The threads that it was trained with: another number of them gives other bits.
  const experiment = asBegun(reader, { ...reader.experiment(), threads: manifest.threads });
  const emit = (event: EngineEvent): void => {
    if (event.event === 'warning') onWarning(event.message);
    else if (event.event === 'phase' && (event.phase === 'rollout' || event.phase === 'train'))
      tell(event.phase, event.step, event.done, event.total);
  };
  const model = await openModel(experiment, experimentPath);
  const limits = memoryLimit === undefined ? {} : { memoryLimit };
  const child = startCompute(cleanUp, { signal, microBatchAt: readMicroBatches(reader.dir), ...limits });
  const compute = inShares(child, sharesOf(experiment));
  const opened = await openPolicy(experiment, { experimentPath, compute, model, state }, { emit, signal });
  const changed = changedSince(manifest, opened, experiment);
  if (changed.length > 0)
    throw new UserError(
      `Step ${step} cannot be computed again: ${changed.join(' and ')} changed since the run began. Restore what it was made with.`,
    );
  return {
    emit,
    experiment,
    problems: opened.problems,
    ...(await openSampler(experiment, opened.problems, {
      solvedGroups: (before) => reader.query((db) => readSolvedGroups(db, before)),
      profile: recordedProfile(reader.dir, experiment),
    })),
    compute: opened.compute,
    failures: new RewardFailures(),
    notes: circumstances(manifest, opened.policy.provider),
  };
}
