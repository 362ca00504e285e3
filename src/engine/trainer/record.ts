/** What a step leaves in the run folder beside its metrics: evaluations, and the state from which the next step continues. */
import { pruneSaved, saveFolder } from '../run/checkpoints.ts';
import type { RunWriter } from '../run/writer.ts';
import type { Evaluation } from './evaluate.ts';
import type { RunContext } from './runContext.ts';
import { completionRecords, problemRecords } from './scoring.ts';

/** States kept of those written at every step: the newest, and the one before it in case the newest was not committed. */
const STATES_KEPT = 2;

/** Writes an evaluation as a step of its own: the policy before the first update. */
export function recordEvaluation({ writer, emit }: RunContext, step: number, evaluation: Evaluation | null): void {
  writer.writeStep({
    step,
    metrics: evaluation?.metrics ?? {},
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

/**
 * Saves what the step changed. An adapter is small and is written at every step, so that a crash loses the step under way and no
 * more; all weights are written at checkpoints, and what came after the last one is computed again to the same bytes.
 * Returns the folder from which the next step continues, null where this step has none.
 */
export async function saveProgress({ compute, experiment, writer }: RunContext, step: number): Promise<string | null> {
  const { checkpoint, training, full } = experiment;
  const save = (kind: 'state' | 'checkpoints'): Promise<string> =>
    saveFolder(writer.dir, kind, step, (folder) => compute.request({ kind: 'save', folder }));
  let state: string | null = null;
  if (step % checkpoint.every === 0 || step === training.steps) {
    state = await save('checkpoints');
    pruneSaved(writer.dir, 'checkpoints', checkpoint.keep + 1);
  }
  if (!full) {
    state = await save('state');
    pruneSaved(writer.dir, 'state', STATES_KEPT);
  }
  return state;
}
