/** Deleting runs, which can be undone. */
import * as vscode from 'vscode';
import { UserError } from '../../engine/protocol/errors.ts';
import { showFailure } from '../commands.ts';
import type { Services } from '../services.ts';

interface Trashed {
  readonly dir: string;
  /** Where it lies now. */
  readonly at: string;
}

/** Moves runs to the trash and offers to undo it; what could not be moved is said last, and stays. */
export async function deleteRuns(services: Services, dirs: readonly string[]): Promise<void> {
  const { selection, store, log } = services;
  const selected = selection.current;
  // A run that is shown is being read, and an open file cannot be moved on Windows.
  if (selected !== null && dirs.includes(selected)) selection.select(null);
  const { trashed, failures } = await moveToTrash(services, dirs);
  const isTrashed = trashed.some(({ dir }) => dir === selected);
  if (!isTrashed) selection.select(selected);
  await store.refresh();
  const undone = offerUndo(services, trashed);
  for (const failure of failures) void showFailure(failure, log.channel);
  if ((await undone) && isTrashed) selection.select(selected);
}

async function moveToTrash(
  { data, engines, opened }: Services,
  dirs: readonly string[],
): Promise<{ readonly trashed: readonly Trashed[]; readonly failures: readonly unknown[] }> {
  const trashed: Trashed[] = [];
  const failures: unknown[] = [];
  for (const dir of dirs) {
    try {
      if (opened.isOpened(dir))
        throw new UserError(
          vscode.l10n.t('{0} was opened from elsewhere and is not deleted; "Remove from List" takes it off.', dir),
        );
      // It may wait for its turn, and nobody writes it yet.
      if (engines.ofRun(dir) !== null) throw new UserError(vscode.l10n.t('The run is still running. Stop it first.'));
      trashed.push({ dir, at: await data.call('moveToTrash', { dir }) });
    } catch (error) {
      failures.push(error);
    }
  }
  return { trashed, failures };
}

/** True where the runs are back. */
async function offerUndo({ data, store }: Services, trashed: readonly Trashed[]): Promise<boolean> {
  if (trashed.length === 0) return false;
  const undo = vscode.l10n.t('Undo');
  const what =
    trashed.length === 1 ? vscode.l10n.t('Deleted 1 run.') : vscode.l10n.t('Deleted {0} runs.', trashed.length);
  if ((await vscode.window.showInformationMessage(what, undo)) === undefined) return false;
  try {
    for (const { dir, at } of trashed) await data.call('restoreFromTrash', { trashed: at, dir });
  } finally {
    await store.refresh();
  }
  return true;
}
