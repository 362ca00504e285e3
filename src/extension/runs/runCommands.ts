/** The commands of the tree, of the panels' menus, and the palette's that ask which run. */
import * as vscode from 'vscode';
import { MAX_COMPARED_RUNS } from '../../engine/protocol/comparison.ts';
import { UserError } from '../../engine/protocol/errors.ts';
import { MAX_TABLE_RUNS } from '../../engine/protocol/recipeTable.ts';
import type { Command } from '../commands.ts';
import type { Services } from '../services.ts';
import { engineCommands } from './engineCommands.ts';
import { folderCommands } from './folderCommands.ts';
import { pickOpponent } from './pickOpponent.ts';
import { pickRuns, readable } from './pickRun.ts';
import { isSeedsNode, runsOf } from './runsOf.ts';

export function runCommands(services: Services): Readonly<Record<string, Command>> {
  return { ...viewCommands(services), ...engineCommands(services), ...folderCommands(services) };
}

/** Showing runs. */
function viewCommands({ store, selection, panels }: Services): Readonly<Record<string, Command>> {
  /** @param chosen already picked in the list */
  const compare = async (chosen: readonly string[]): Promise<void> => {
    // The command may be what has activated the extension.
    await store.refresh();
    const runs = readable(store.runs);
    if (runs.length < 2) throw new UserError(vscode.l10n.t('There is nothing to compare yet: it takes two runs.'));
    // More than can be told apart: the person says which of them.
    const isChoice = chosen.length > 1 && chosen.length <= MAX_TABLE_RUNS;
    const picked = isChoice
      ? chosen
      : (
          await pickRuns(runs, {
            placeHolder: vscode.l10n.t('Compare which runs? Up to {0}', MAX_COMPARED_RUNS),
            picked: ({ dir }) => chosen.includes(dir),
          })
        )?.map(({ dir }) => dir);
    if (picked !== undefined && picked.length > 0) panels.openCompare(picked);
  };

  return {
    openDashboard: async () => {
      // With nothing selected, what was done last is what one wants to see.
      if (selection.current === null) {
        await store.refresh();
        selection.select(readable(store.runs)[0]?.dir ?? null);
      }
      panels.openDashboard();
    },
    compareRuns: () => compare(selection.current === null ? [] : [selection.current]),
    'run.compare': async (argument, selected) => {
      const chosen = runsOf(argument, selected);
      const alone = !Array.isArray(selected) || selected.length <= 1;
      const dirs = alone && isSeedsNode(argument) ? await pickOpponent(store, chosen) : chosen;
      if (dirs !== undefined) await compare(dirs);
    },
    openOutputs: (argument) => {
      const [dir] = runsOf(argument);
      if (dir !== undefined) selection.select(dir);
      panels.openOutputs();
    },
    'run.select': (argument) => {
      const [dir] = runsOf(argument);
      if (dir === undefined) return;
      selection.select(dir);
      panels.openDashboard();
    },
  };
}
