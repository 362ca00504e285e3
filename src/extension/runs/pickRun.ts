/** Asking for a run, and finding the one that a command is about. */
import * as vscode from 'vscode';
import { UserError } from '../../engine/protocol/errors.ts';
import { experimentName } from '../../engine/words/naming.ts';
import type { ListedRun } from '../data/listMethods.ts';
import { isReadable, progressText, runName, type ReadableRun } from './runNames.ts';
import type { RunStore } from './runStore.ts';
import { engineTitle, stateText, statusWord } from './stateText.ts';
import { runsOf } from './runsOf.ts';
import type { Work } from './underWay.ts';

interface WorkItem extends vscode.QuickPickItem {
  readonly work: Work;
}

interface RunItem extends vscode.QuickPickItem {
  readonly run: ReadableRun;
}

export async function pickRun(runs: readonly ReadableRun[], placeHolder: string): Promise<ReadableRun | undefined> {
  const picked = await vscode.window.showQuickPick(runs.map(item), { placeHolder, matchOnDescription: true });
  return picked?.run;
}

/** Of all that is under way. */
export async function pickWork(
  works: readonly Work[],
  store: RunStore,
  placeHolder: string,
): Promise<Work | undefined> {
  const items = works.map((work): WorkItem => {
    if (work.kind === 'run') return { ...item(work.run), work };
    const { handle } = work;
    return { work, label: engineTitle(handle, store), description: stateText(handle) };
  });
  const picked = await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true });
  return picked?.work;
}

export async function pickRuns(
  runs: readonly ReadableRun[],
  options: { readonly placeHolder: string; readonly picked: (run: ReadableRun) => boolean },
): Promise<readonly ReadableRun[] | undefined> {
  const items = runs.map((run) => ({ ...item(run), picked: options.picked(run) }));
  const picked = await vscode.window.showQuickPick(items, {
    placeHolder: options.placeHolder,
    canPickMany: true,
    matchOnDescription: true,
  });
  return picked?.map(({ run }) => run);
}

/**
 * The runs that a command was called on which only rows and panels offer.
 * @throws UserError where none is named: VS Code loses a row of which the list changed under its menu
 */
export function namedRuns(argument: unknown, selected?: unknown): readonly string[] {
  const dirs = runsOf(argument, selected);
  if (dirs.length === 0)
    throw new UserError(
      vscode.l10n.t('The list of runs changed under its menu, so nothing was done. Choose it again.'),
    );
  return dirs;
}

export function readable(runs: readonly ListedRun[]): readonly ReadableRun[] {
  return runs.filter(isReadable);
}

function item(run: ReadableRun): RunItem {
  return {
    run,
    label: runName(run),
    description: `${run.name ?? experimentName(run.experimentPath)} · ${statusWord(run)} · ${progressText(run)}`,
    ...(run.message === null ? {} : { detail: run.message }),
    iconPath: new vscode.ThemeIcon(run.status === 'running' ? 'pulse' : 'history'),
  };
}
