/** What is done with the folder of a run: it is named, starred, deleted, looked into, and opened from elsewhere. */
import * as vscode from 'vscode';
import { UserError } from '../../engine/protocol/errors.ts';
import type { Command } from '../commands.ts';
import type { Services } from '../services.ts';
import { requireExperimentFile } from '../training/experimentFile.ts';
import { listedRun } from './chooseRun.ts';
import { deleteRuns } from './deleteRuns.ts';
import { namedRuns } from './pickRun.ts';
import { runsOf } from './runsOf.ts';
import { runName } from './runNames.ts';

export function folderCommands(services: Services): Readonly<Record<string, Command>> {
  const { data, store, selection, panels, opened, log } = services;

  const setStar = async (argument: unknown, starred: boolean): Promise<void> => {
    for (const dir of namedRuns(argument)) {
      const label = store.get(dir)?.label;
      if (label !== undefined) await data.call('setLabel', { dir, label: { ...label, starred } });
    }
    await store.refresh();
  };

  const rename = async (argument: unknown): Promise<void> => {
    const [dir = ''] = namedRuns(argument);
    const run = store.get(dir);
    if (run === undefined) return;
    const name = await vscode.window.showInputBox({
      prompt: vscode.l10n.t('A name for this run; nothing gives it back its own'),
      value: runName(run),
    });
    if (name === undefined) return;
    const label = { ...run.label, name: name.trim() === '' ? null : name.trim() };
    await data.call('setLabel', { dir: run.dir, label });
    panels.renamed(run.dir);
    await store.refresh();
  };

  const openFolder = async (): Promise<void> => {
    const picked = await vscode.window.showOpenDialog({
      canSelectFolders: true,
      canSelectFiles: false,
      openLabel: vscode.l10n.t('Open Run'),
      title: vscode.l10n.t('A run folder: it holds run.sqlite'),
    });
    const dir = picked?.[0]?.fsPath;
    if (dir === undefined) return;
    await data.call('requireRun', { dir });
    opened.open(dir);
    await store.refresh();
    selection.select(dir);
    panels.openDashboard();
  };

  const forget = async (argument: unknown): Promise<void> => {
    for (const dir of namedRuns(argument)) {
      if (!opened.isOpened(dir))
        throw new UserError(vscode.l10n.t('{0} is listed for where it lies, so only deleting it takes it off.', dir));
      opened.forget(dir);
    }
    await store.refresh();
  };

  return {
    openRunFolder: openFolder,
    'run.forget': forget,
    'run.star': (argument) => setStar(argument, true),
    'run.unstar': (argument) => setStar(argument, false),
    'run.rename': rename,
    'run.delete': (argument, selected) => deleteRuns(services, namedRuns(argument, selected)),
    'run.showLog': async (argument) => {
      const [dir] = runsOf(argument);
      await log.show(dir ?? selection.current);
    },
    'run.reveal': (argument) => {
      const [dir = ''] = namedRuns(argument);
      return vscode.commands.executeCommand('revealFileInOS', vscode.Uri.file(dir));
    },
    'run.copyPath': (argument, selected) => vscode.env.clipboard.writeText(namedRuns(argument, selected).join('\n')),
    'run.openExperiment': async (argument) => {
      const path = experimentOf(argument) ?? namedRuns(argument).map((dir) => listedRun(store, dir).experimentPath)[0];
      if (path === undefined) return;
      requireExperimentFile(path);
      await vscode.window.showTextDocument(vscode.Uri.file(path));
    },
  };
}

function experimentOf(argument: unknown): string | undefined {
  const isNode = typeof argument === 'object' && argument !== null && 'kind' in argument && 'path' in argument;
  return isNode && argument.kind === 'experiment' && typeof argument.path === 'string' ? argument.path : undefined;
}
