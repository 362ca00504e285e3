/** Which experiment a command is about: the one it was called on, the one in the editor, or the one the user picks. */
import * as vscode from 'vscode';
import { lastRunOf } from '../experiments/lastRun.ts';
import { progressText } from '../runs/runNames.ts';
import type { RunNode } from '../runs/runNodes.ts';
import type { Services } from '../services.ts';

const EXPERIMENT_FILES = '**/*.rlvr.json';
/** More than these are not told apart in a list. */
const MAX_EXPERIMENTS = 200;

interface ExperimentItem extends vscode.QuickPickItem {
  /** The file, or a command that makes one. */
  readonly path?: string;
  readonly command?: string;
}

/** @returns undefined where the user picked none, or went on to make one */
export async function pickExperiment(services: Services, argument: unknown): Promise<string | undefined> {
  const given = experimentOf(argument) ?? activeExperiment();
  if (given !== undefined) return given;
  const files = await vscode.workspace.findFiles(EXPERIMENT_FILES, '**/{node_modules,.rlvr}/**', MAX_EXPERIMENTS);
  const [only, ...others] = files;
  if (only !== undefined && others.length === 0) return only.fsPath;
  const items: ExperimentItem[] = files
    .map(({ fsPath }) => ({
      path: fsPath,
      label: vscode.workspace.asRelativePath(fsPath),
      ...lastRun(services, fsPath),
    }))
    .sort((a, b) => a.label.localeCompare(b.label));
  const actions: ExperimentItem[] = [
    { label: '', kind: vscode.QuickPickItemKind.Separator },
    { label: vscode.l10n.t('$(add) New Experiment…'), command: 'rlvr.newExperiment' },
    { label: vscode.l10n.t('$(beaker) Try the Built-in Demo'), command: 'rlvr.tryDemo' },
  ];
  const picked = await vscode.window.showQuickPick([...items, ...actions], {
    placeHolder:
      items.length > 0 ? vscode.l10n.t('Which experiment?') : vscode.l10n.t('There is no experiment file here yet'),
  });
  if (picked?.command !== undefined) await vscode.commands.executeCommand(picked.command);
  return picked?.path;
}

/** The experiment in the active editor. */
export function activeExperiment(): string | undefined {
  const uri = vscode.window.activeTextEditor?.document.uri;
  return uri?.scheme === 'file' && uri.fsPath.endsWith('.rlvr.json') ? uri.fsPath : undefined;
}

/** From a menu on a file, a CodeLens, or the tree. */
function experimentOf(argument: unknown): string | undefined {
  if (argument instanceof vscode.Uri) return argument.fsPath;
  if (typeof argument === 'string') return argument;
  return isExperimentNode(argument) ? argument.path : undefined;
}

function isExperimentNode(value: unknown): value is Extract<RunNode, { kind: 'experiment' }> {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'experiment';
}

function lastRun({ store }: Services, experimentPath: string): { readonly description?: string } {
  const run = lastRunOf(store.runs, experimentPath);
  return run === null ? {} : { description: vscode.l10n.t('last run {0}', progressText(run)) };
}
