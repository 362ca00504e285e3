/** Which run a command is about. */
import * as vscode from 'vscode';
import { UserError } from '../../engine/protocol/errors.ts';
import type { RunStore } from './runStore.ts';
import { pickRun, readable } from './pickRun.ts';
import { runsOf } from './runsOf.ts';
import type { ReadableRun } from './runNames.ts';

export interface Choice {
  /** The runs that may be chosen where none is given. */
  readonly fits: (run: ReadableRun) => boolean;
  readonly placeHolder: string;
  /** What to say where no run fits. */
  readonly none: string;
}

/**
 * The run that a command was called on, the only one that fits, or the one the user picks; undefined where they pick none.
 * Rejects with UserError where there is none.
 */
export async function chooseRun(store: RunStore, argument: unknown, choice: Choice): Promise<ReadableRun | undefined> {
  // The command may be what has activated the extension.
  await store.refresh();
  const [given] = runsOf(argument);
  if (given !== undefined) return listedRun(store, given);
  const fitting = readable(store.runs).filter(choice.fits);
  if (fitting.length === 0) throw new UserError(choice.none);
  return fitting.length === 1 ? fitting[0] : pickRun(fitting, choice.placeHolder);
}

/** @throws UserError where the run is not in the list, or cannot be read */
export function listedRun(store: Pick<RunStore, 'runs'>, runDir: string): ReadableRun {
  const run = readable(store.runs).find(({ dir }) => dir === runDir);
  if (run !== undefined) return run;
  throw new UserError(
    vscode.l10n.t(
      'The list of runs has no readable run in {0}. "Open Run Folder…", in the menu of the Runs view, adds one from elsewhere.',
      runDir,
    ),
  );
}
