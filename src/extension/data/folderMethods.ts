/** What a person does with the folder of a run. */
import { writeLabel, type RunLabel } from '../../engine/run/label.ts';
import { RunReader } from '../../engine/run/reader.ts';
import { moveToTrash, restoreFromTrash } from '../../engine/run/trash.ts';
import type { Readers } from './readers.ts';

export const folderMethods = {
  /** Deletes a run so that it can be had back, and says where it lies. @throws UserError where it is running or cannot be moved */
  moveToTrash: (readers: Readers, { dir }: { readonly dir: string }): string => {
    // An open file cannot be moved on Windows.
    readers.release(dir);
    return moveToTrash(dir);
  },

  restoreFromTrash: (_: Readers, { trashed, dir }: { readonly trashed: string; readonly dir: string }): void =>
    restoreFromTrash(trashed, dir),

  /** @throws UserError where the run's folder cannot be written */
  setLabel: (_: Readers, { dir, label }: { readonly dir: string; readonly label: RunLabel }): void =>
    writeLabel(dir, label),

  /** Nothing, where a folder is a run that can be read. @throws UserError saying why it is not */
  requireRun: (_: Readers, { dir }: { readonly dir: string }): void => RunReader.open(dir).close(),
};
