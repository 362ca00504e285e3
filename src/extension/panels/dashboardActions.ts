/** What the Dashboard's buttons and menus do in the editor. */
import { writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../../engine/protocol/errors.ts';
import type { DashboardAction } from '../../engine/protocol/panels/dashboard.ts';
import type { DashboardActions } from './dashboard.ts';

const COMMANDS: Readonly<Record<DashboardAction, string>> = {
  stop: 'rlvr.run.stop',
  pause: 'rlvr.run.pause',
  continue: 'rlvr.run.continue',
  resume: 'rlvr.run.resume',
  openOutputs: 'rlvr.openOutputs',
  compare: 'rlvr.run.compare',
  showLog: 'rlvr.run.showLog',
  tryDemo: 'rlvr.tryDemo',
  newExperiment: 'rlvr.newExperiment',
};

/** Milliseconds that the status bar shows what was saved. */
const SAVED_MS = 5000;

/** @param showError how the rest of the host tells the person of an error */
export function dashboardActions(showError: (error: unknown) => void): DashboardActions {
  /** Where the person saved last, in this window. */
  let folder: string | null = null;
  return {
    act: (action, runDir) => {
      const args = runDir === null ? [] : [runDir];
      vscode.commands.executeCommand(COMMANDS[action], ...args).then(undefined, showError);
    },
    pickFile: async (suggestedName, format) => {
      const beside = folder ?? vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? homedir();
      const name = `${suggestedName}.${format}`;
      const picked = await vscode.window.showSaveDialog({
        filters: { [format.toUpperCase()]: [format] },
        defaultUri: vscode.Uri.file(join(beside, name)),
      });
      if (picked === undefined) return null;
      folder = dirname(picked.fsPath);
      return picked.fsPath;
    },
    write: async (file, data) => {
      try {
        await writeFile(file, data);
      } catch (error) {
        const cause = error instanceof Error ? error.message : String(error);
        throw new UserError(vscode.l10n.t('Cannot write {0} ({1}).', file, cause));
      }
    },
    saved: (file) =>
      void vscode.window.setStatusBarMessage(`$(check) ${vscode.l10n.t('Saved {0}', basename(file))}`, SAVED_MS),
    showError,
  };
}
