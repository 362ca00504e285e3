/** What a step leaves in the run folder beside its metrics: evaluations, and the state from which the next step continues. */
import { pruneSaved, removeSaved, saveFolder, savedSteps } from '../run/checkpoints.ts';
import type { RunWriter } from '../run/writer.ts';
import { profileMetrics } from './curriculum/passProfile.ts';
import type { Evaluation } from './evaluate.ts';
import type { HeldOut } from './heldOut.ts';
import { resourceMetrics } from './resources.ts';
import type { RunContext } from './runContext.ts';
import { completionRecords, problemRecords } from './scoring.ts';

/** States kept of those written at every step: the newest, and the one before it in case the newest was not committed. */
const STATES_KEPT = 2;

/** Writes an evaluation as a step of its own: the policy before the first update, with what it took to open everything. */
export function recordEvaluation(
  { writer, emit, meter, profile }: RunContext,
  step: number,
  evaluation: Evaluation | null,
): void {
  const start = meter.lap();
  writer.writeStep({
    step,
    metrics: {
      ...evaluation?.metrics,
      ...profileMetrics(profile),
      'time/start_s': start.seconds,
      ...resourceMetrics(start),
    },
    problems: problemRecords(evaluation?.groups ?? []),
    completions: completionRecords(evaluation?.groups ?? [], 'evaluation', null),
    evaluation: evaluation?.summary ?? null,
    state: null,
  });
  if (evaluation) emit({ event: 'eval', ...evaluation.summary });
}

/** Adds an evaluation to a step that is in the run already. */
export function recordLateEvaluation(writer: RunWriter, { summary, groups }: Evaluation): void {
  writer.writeEvaluation(summary, problemRecords(groups), completionRecords(groups, 'evaluation', null));
}

/** Why a checkpoint is due. */
export interface CheckpointReasons {
  /** Nothing comes after the step. */
  readonly last: boolean;
  /** No policy before it did better on the validation part. */
  readonly best: boolean;
}

export interface SavedProgress {
  /** The folder from which the next step continues, null where this step has none. */
  readonly state: string | null;
  /** Whether there is a checkpoint more. */
  readonly checkpoint: boolean;
}

/**
 * Saves what the step changed. An adapter is small and is written at every step, so that a crash loses the step under way and no
 * more; all weights are written at checkpoints, and what came after the last one is computed again to the same bytes.
 */
export async function saveProgress(
  { compute, experiment, writer }: RunContext,
  step: number,
  { last, best }: CheckpointReasons,
): Promise<SavedProgress> {
  const { checkpoint, full } = experiment;
  const save = (kind: 'state' | 'checkpoints'): Promise<string> =>
    saveFolder(writer.dir, kind, step, (folder) => compute.request({ kind: 'save', folder }));
  const due = step % checkpoint.every === 0 || last || (best && checkpoint.best);
  let state = due ? await save('checkpoints') : null;
  if (!full) {
    state = await save('state');
    pruneSaved(writer.dir, 'state', STATES_KEPT);
  }
  return { state, checkpoint: due };
}

/**
 * Removes checkpoints that are no longer asked for, when the step is in the run: of those of every so many steps and of the last one the
 * newest stay, and the best.
 * @param last the step after which nothing came; null while steps are to come
 */
export function pruneCheckpoints({ experiment, writer }: RunContext, heldOut: HeldOut, last: number | null): void {
  const { every, keep, best } = experiment.checkpoint;
  const saved = savedSteps(writer.dir, 'checkpoints');
  const regular = saved.filter((step) => step % every === 0 || step === last);
  // Where all weights are trained a resumed run may go back a long way, and then another policy is its best so far.
  const bestOnes = best ? heldOut.bestSince(writer.resumePoint()?.step ?? 0) : new Set<number>();
  const kept = new Set([...regular.slice(-(keep + 1)), ...bestOnes]);
  removeSaved(
    writer.dir,
    'checkpoints',
    saved.filter((step) => !kept.has(step)),
  );
}

/** What is left to do when no step comes any more: it is said why, where that is before the last, and what is not kept is removed. */
export function endTraining(run: RunContext, heldOut: HeldOut): void {
  const { writer, emit } = run;
  const last = writer.lastStep ?? 0;
  const early = heldOut.earlyEnd(last);
  if (early) emit({ event: 'stoppedEarly', ...early });
  pruneCheckpoints(run, heldOut, last);
}
