/** What the Dashboard's buttons do: the same commands as everywhere. */
import { writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import type { DashboardAction } from '../../engine/protocol/panels/dashboard.ts';
import { showFailure } from '../commands.ts';
import type { DashboardActions } from './dashboard.ts';

const COMMANDS: Readonly<Record<DashboardAction, string>> = {
  stop: 'rlvr.stopTraining',
  pause: 'rlvr.run.pause',
  continue: 'rlvr.run.continue',
  resume: 'rlvr.run.resume',
  openOutputs: 'rlvr.openOutputs',
  compare: 'rlvr.run.compare',
  showLog: 'rlvr.run.showLog',
  tryDemo: 'rlvr.tryDemo',
  newExperiment: 'rlvr.newExperiment',
};

const FORMATS = { png: 'PNG', svg: 'SVG', csv: 'CSV' };

export function dashboardActions(folders: () => readonly string[], log: vscode.LogOutputChannel): DashboardActions {
  /** Where the last file was saved; at first the project. */
  let folder: string | undefined;
  return {
    act: (action, runDir) =>
      void vscode.commands.executeCommand(COMMANDS[action], ...(runDir === null ? [] : [runDir])),
    pickFile: async (suggestedName, format) => {
      const start = folder ?? folders()[0] ?? homedir();
      const picked = await vscode.window.showSaveDialog({
        defaultUri: vscode.Uri.file(join(start, suggestedName)),
        filters: { [FORMATS[format]]: [format] },
      });
      if (picked === undefined) return null;
      folder = dirname(picked.fsPath);
      return picked.fsPath;
    },
    write: (file, bytes) => writeFile(file, bytes),
    showError: (error) => void showFailure(error, log),
  };
}
