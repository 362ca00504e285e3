/** The rows of the Runs view: what each says, and what its menu goes by. */
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { RunSummary } from '../../engine/run/runs.ts';
import { percent } from '../../engine/words/format.ts';
import { experimentName } from '../../engine/words/naming.ts';
import type { ListedRun } from '../data/listMethods.ts';
import type { EngineHandle } from '../engine/engineHandle.ts';
import { variantText } from './groupItems.ts';
import { engineTitle, stateText, statusWord } from './stateText.ts';
import type { OpenedRuns } from './openedRuns.ts';
import { fullName, isReadable, progressText, resultText, runName, type ReadableRun } from './runNames.ts';
import { UNREADABLE } from './runNodes.ts';
import type { RunStore } from './runStore.ts';

/** Where a run stands, for its icon and its menu: one that waits or loads to be resumed is `queued`. */
type RowState = RunSummary['status'] | 'paused' | 'queued';

export function experimentItem(path: string, opened: OpenedRuns): vscode.TreeItem {
  const name = path === UNREADABLE ? vscode.l10n.t('Cannot be read') : experimentName(path);
  const item = new vscode.TreeItem(name, vscode.TreeItemCollapsibleState.Expanded);
  item.id = `experiment ${path}`;
  if (path === UNREADABLE) return item;
  // One that came with an opened run is somebody else's: it can be read here, not started.
  item.contextValue = opened.isFromHere(path) ? 'experiment' : 'experiment.elsewhere';
  item.iconPath = new vscode.ThemeIcon('beaker');
  item.tooltip = path;
  return item;
}

export function engineItem(handle: EngineHandle, store: Pick<RunStore, 'get'>): vscode.TreeItem {
  const item = new vscode.TreeItem(engineTitle(handle, store));
  item.id = `engine ${handle.id}`;
  item.description = stateText(handle);
  item.iconPath = new vscode.ThemeIcon('loading~spin');
  item.contextValue = 'engine';
  return item;
}

export interface RunRowFacts {
  /** undefined where it was deleted since, and its row is about to go. */
  readonly run: ListedRun | undefined;
  readonly handle: EngineHandle | null;
  /** Whether it is in the list for having been opened. */
  readonly isOpened: boolean;
  /** Whether it stands with other seeds of its recipe. */
  readonly isSeed: boolean;
}

export function runItem(dir: string, { run, handle, isOpened, isSeed }: RunRowFacts): vscode.TreeItem {
  if (run === undefined) return new vscode.TreeItem(basename(dir));
  const item = new vscode.TreeItem(runName(run));
  item.id = run.dir;
  const elsewhere = isOpened ? ['opened'] : [];
  if (!isReadable(run)) {
    item.description = vscode.l10n.t('cannot be read');
    item.tooltip = run.error;
    item.iconPath = new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
    item.contextValue = ['unreadable', ...elsewhere].join('.');
    return item;
  }
  const state = stateOf(run, handle);
  const what = isSeed ? vscode.l10n.t('seed {0}', run.seed) : variantText(run);
  item.description = [what, progressText(run), handle && restingText(handle, state), run.label.starred ? '★' : null]
    .filter((part) => part !== null && part !== '')
    .join(' · ');
  item.iconPath = icon(state, run.crashed);
  const ours = handle === null ? [] : ['ours'];
  item.contextValue = ['run', state, ...ours, run.label.starred ? 'starred' : 'plain', ...elsewhere].join('.');
  const word = state === 'queued' ? restingText(handle, state) : statusWord(run);
  item.tooltip = tooltip(run, word);
  const spoken = [fullName(run), what, word, progressText(run)].filter((part) => part !== '');
  item.accessibilityInformation = { label: spoken.join(', ') };
  item.command = { command: 'rlvr.run.select', title: vscode.l10n.t('Open Dashboard'), arguments: [run.dir] };
  return item;
}

function stateOf({ status }: RunSummary, handle: EngineHandle | null): RowState {
  if (handle === null) return status;
  if (status !== 'running') return 'queued';
  return handle.state.state === 'paused' ? 'paused' : 'running';
}

/** What a run's engine does, where that changes rarely enough for a tree: its steps tell that it works. */
function restingText(handle: EngineHandle | null, state: RowState): string {
  if (handle?.state.state !== 'working') return stateText(handle);
  return state === 'queued' ? vscode.l10n.t('loading') : '';
}

function icon(state: RowState, crashed: boolean): vscode.ThemeIcon {
  if (state === 'queued') return new vscode.ThemeIcon('loading~spin');
  if (crashed) return new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
  switch (state) {
    case 'running':
      return new vscode.ThemeIcon('pulse', new vscode.ThemeColor('charts.green'));
    case 'paused':
      return new vscode.ThemeIcon('debug-pause');
    case 'stopped':
      return new vscode.ThemeIcon('stop-circle');
    case 'finished':
      return new vscode.ThemeIcon('check');
    case 'failed':
      return new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'));
  }
}

function tooltip(run: ReadableRun, word: string): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  const line = (value: string): void => void text.appendText(`${value}\n\n`);
  line(`${fullName(run)}: ${word}`);
  line(vscode.l10n.t('Step {0} of {1}', run.lastStep ?? 0, run.steps));
  const result = resultText(run);
  const held = run.lastEvaluation;
  if (held !== null) {
    const { value, low, high } = held.accuracy;
    line(vscode.l10n.t('Held-out accuracy {0} ({1} to {2})', percent(value), percent(low), percent(high)));
  } else if (result !== '') line(vscode.l10n.t('Reward {0}', result));
  if (run.message !== null) line(run.message);
  line(run.dir);
  return text;
}
