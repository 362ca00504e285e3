/** What the Dashboard's buttons and menus do in the editor. */
import { writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../../engine/protocol/errors.ts';
import type { DashboardAction } from '../../engine/protocol/panels/dashboard.ts';
import type { RunData } from '../data/runData.ts';
import { settingPlace } from '../experiments/settingPlace.ts';
import type { DashboardActions } from './dashboard.ts';
import { showBeside } from './showBeside.ts';

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

/** Milliseconds that the status bar says something in passing. */
const MESSAGE_MS = 5000;

export interface DashboardNeeds extends Pick<
  DashboardActions,
  'openGroups' | 'openReward' | 'diffRewards' | 'showError'
> {
  readonly data: RunData;
}

export function dashboardActions({ data, ...others }: DashboardNeeds): DashboardActions {
  /** Where the person saved last, in this window. */
  let folder: string | null = null;
  return {
    act: (action, runDir) => {
      const args = runDir === null ? [] : [runDir];
      vscode.commands.executeCommand(COMMANDS[action], ...args).then(undefined, others.showError);
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
    saved: (file) => say(`$(check) ${vscode.l10n.t('Saved {0}', basename(file))}`),
    openSetting: async (runDir, path) => {
      const { experimentPath } = await data.call('runSources', { dir: runDir });
      const uri = vscode.Uri.file(experimentPath);
      try {
        await vscode.workspace.fs.stat(uri);
      } catch {
        throw new UserError(vscode.l10n.t('The experiment {0} is not there any more.', experimentPath));
      }
      await showBeside(uri, (document) => {
        const { range, isSet } = settingPlace(document.getText(), path);
        if (!isSet) say(vscode.l10n.t('{0} is not in the file: its default holds.', path.join('.')));
        return new vscode.Range(document.positionAt(range.offset), document.positionAt(range.offset + range.length));
      });
    },
    ...others,
  };
}

function say(message: string): void {
  void vscode.window.setStatusBarMessage(message, MESSAGE_MS);
}
