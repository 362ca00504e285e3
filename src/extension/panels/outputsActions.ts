/** Where Outputs leads to in the editor: the dataset's line, and the reward function. */
import { dirname, resolve } from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../../engine/protocol/errors.ts';
import { isHubSource } from '../../engine/protocol/hubSource.ts';
import { showFailure } from '../commands.ts';
import type { RewardSource, RunSources, SourcedProblem } from '../data/outputsMethods.ts';
import type { RunData } from '../data/runData.ts';
import { addressOf } from '../documents/runUri.ts';
import { findDatasetLine } from './datasetLine.ts';
import type { OutputsActions } from './outputsSession.ts';
import { showBeside } from './showBeside.ts';

export function outputsActions(data: RunData, log: vscode.LogOutputChannel): OutputsActions {
  return {
    openDatasetRow: async (runDir, split, problem) => {
      const found = await data.call('problemSource', { dir: runDir, split, problem });
      if (found === null) throw new UserError(vscode.l10n.t('The run has no such problem.'));
      const path = datasetOf(found);
      const { line, unchanged } = await findDatasetLine(path, found.row, found.problem.row);
      await showBeside(vscode.Uri.file(path), () => atPosition(new vscode.Position(line, 0)));
      if (!unchanged) {
        void vscode.window.setStatusBarMessage(vscode.l10n.t('This line was changed since the run.'), MESSAGE_MS);
      }
    },
    openReward: async (runDir, name) => {
      const sources = await data.call('runSources', { dir: runDir });
      const reward = sources.rewards.find((candidate) => candidate.name === name);
      if (reward === undefined || reward.file === null)
        throw new UserError(vscode.l10n.t('{0} is a built-in reward: it has no file of its own.', name));
      const uri = await rewardUri(runDir, sources, reward);
      await showBeside(uri, async (document) => {
        const source = { path: uri.path, text: document.getText(), name: reward.function };
        const place = await data.call('placeOfReward', source);
        return atPosition(new vscode.Position(place?.line ?? 0, place?.column ?? 0));
      });
    },
    showError: (error) => void showFailure(error, log),
  };
}

const MESSAGE_MS = 5000;

function atPosition(position: vscode.Position): vscode.Range {
  return new vscode.Range(position, position);
}

function datasetOf({ experimentPath, source: file }: SourcedProblem): string {
  if (file === null) throw new UserError(vscode.l10n.t('The experiment names no file for the test problems.'));
  if (isHubSource(file) || WITHOUT_LINES.test(file))
    throw new UserError(vscode.l10n.t('The problems come from {0}, which has no lines to go to.', file));
  return resolve(dirname(experimentPath), file);
}

/** Files whose rows are no lines. */
const WITHOUT_LINES = /\.(?:parquet|json|csv|tsv|gz)$/i;

/** The file as it is now; where it is gone, or the run is someone else's, the one that the run keeps. */
async function rewardUri(runDir: string, { experimentPath }: RunSources, reward: RewardSource): Promise<vscode.Uri> {
  const uri = vscode.Uri.file(resolve(dirname(experimentPath), reward.file ?? ''));
  try {
    await vscode.workspace.fs.stat(uri);
    return uri;
  } catch {
    if (reward.kept === null) throw new UserError(vscode.l10n.t('{0} is not there any more.', uri.fsPath));
    return vscode.Uri.from(addressOf({ kind: 'kept', runDir, path: reward.kept }));
  }
}
