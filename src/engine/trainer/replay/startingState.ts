/** From where a step is computed again: the newest policy before it that the run still keeps, or the one that it began with. */
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { savedSteps } from '../../run/checkpoints.ts';
import { SAVED_KINDS, savedFolder } from '../../run/layout.ts';

export interface StartingState {
  /** The step after which it was saved; 0 for the policy that the run began with. */
  readonly step: number;
  /** Its folder; null where nothing was trained yet. */
  readonly folder: string | null;
}

/** The newest state of a run after a step before `step`. */
export function nearestState(runDir: string, step: number): StartingState {
  const states = SAVED_KINDS.flatMap((kind) =>
    savedSteps(runDir, kind).map((saved) => ({ step: saved, folder: join(runDir, savedFolder(kind, saved)) })),
  );
  return states
    .filter((state) => state.step < step)
    .reduce<StartingState>((newest, state) => (state.step > newest.step ? state : newest), { step: 0, folder: null });
}

/**
 * The same while the run goes on and gives its older states up: a copy.
 * @param into a folder that does not exist
 */
export async function copiedState(runDir: string, step: number, into: string): Promise<StartingState> {
  for (;;) {
    const state = nearestState(runDir, step);
    if (state.folder === null) return state;
    try {
      await cp(state.folder, into, { recursive: true });
      return { ...state, folder: into };
    } catch (error) {
      // Given up meanwhile: an older one is there for longer, and the first for ever.
      if (nearestState(runDir, step).folder === state.folder) throw error;
      await rm(into, { recursive: true, force: true });
    }
  }
}
