/** What several seeds of a recipe are compared with. */
import * as vscode from 'vscode';
import { isSamePath } from '../common/samePath.ts';
import { groupItem } from './groupItems.ts';
import { groupRuns, runsUnder, type ChildNode } from './runGroups.ts';
import { runItem } from './runItems.ts';
import { isReadable, type ReadableRun } from './runNames.ts';
import type { RunStore } from './runStore.ts';

interface OpponentItem extends vscode.QuickPickItem {
  readonly dirs: readonly string[];
}

/**
 * Asks for other seeds, or another run, of the same experiment.
 * @param chosen the folders of the seeds
 * @returns all runs to compare, the given ones with them; undefined where the person gave up
 */
export async function pickOpponent(
  store: Pick<RunStore, 'runs' | 'get'>,
  chosen: readonly string[],
): Promise<readonly string[] | undefined> {
  const [first] = chosen.flatMap((dir) => readableRun(store, dir));
  const path = first?.experimentPath;
  const runs = store.runs
    .filter(isReadable)
    .filter((run) => path !== undefined && isSamePath(run.experimentPath, path));
  const nodes = groupRuns(
    runs.map((run) => ({ leaf: { kind: 'run', dir: run.dir }, run })),
    '',
  );
  const others = nodes
    .flatMap((node) => (node.kind === 'sweep' ? node.children : [node]))
    .filter((node) => !runsUnder(node).some((dir) => chosen.includes(dir)));
  if (others.length === 0) return chosen;
  const alone: OpponentItem = { label: vscode.l10n.t('Nothing Else: These Seeds Alone'), dirs: [] };
  const picked = await vscode.window.showQuickPick([...others.map((node) => opponentItem(store, node)), alone], {
    placeHolder: vscode.l10n.t('Compare these seeds with what?'),
    matchOnDescription: true,
  });
  return picked === undefined ? undefined : [...chosen, ...picked.dirs];
}

function opponentItem(store: Pick<RunStore, 'get'>, node: ChildNode): OpponentItem {
  const dirs = runsUnder(node);
  const runs = dirs.flatMap((dir) => readableRun(store, dir));
  const [dir = ''] = dirs;
  const { label, description } =
    node.kind === 'seeds' || node.kind === 'sweep'
      ? groupItem(node, runs, 0)
      : runItem(dir, { run: store.get(dir), handle: null, isOpened: false, isSeed: false });
  return {
    dirs,
    label: typeof label === 'string' ? label : '',
    ...(typeof description === 'string' ? { description } : {}),
  };
}

function readableRun(store: Pick<RunStore, 'get'>, dir: string): ReadableRun[] {
  const run = store.get(dir);
  return run !== undefined && isReadable(run) ? [run] : [];
}
