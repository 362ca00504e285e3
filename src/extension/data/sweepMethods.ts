/** What the editor asks about files of sweeps. */
import { sweepOfFile } from '../../engine/analysis/sweep/sweepOfFile.ts';
import type { Sweep } from '../../engine/analysis/sweep/planSweep.ts';
import type { Readers } from './readers.ts';

export interface PlannedSweep {
  readonly sweep: Sweep;
  readonly experimentPath: string;
}

export const sweepMethods = {
  /** @param text of the file, as it stands in its editor @throws UserError where it is no sweep, or one of its runs is wrong */
  planSweep: (_: Readers, { path, text }: { readonly path: string; readonly text: string }): PlannedSweep => {
    const { sweep, experimentPath } = sweepOfFile(path, { text });
    return { sweep, experimentPath };
  },
};
