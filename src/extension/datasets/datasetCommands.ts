/** The commands about the data of experiments. */
import * as vscode from 'vscode';
import { UserError } from '../../engine/protocol/errors.ts';
import type { Command } from '../commands.ts';
import type { EngineQuestions } from '../engine/engineQuestions.ts';
import type { DataDocuments } from './dataDocuments.ts';
import { getDataset } from './getDataset.ts';
import { hubToken, storeHubToken } from './hubToken.ts';

export function datasetCommands(
  documents: DataDocuments,
  questions: Pick<EngineQuestions, 'getDataset'>,
  secrets: vscode.SecretStorage,
): Readonly<Record<string, Command>> {
  return {
    'datasets.show': (uri) => documents.show(experimentOf(uri)),
    'datasets.get': async (uri) => {
      const experiment = experimentOf(uri);
      if (await getDataset(experiment, questions, () => hubToken(secrets))) documents.refresh(experiment);
    },
    storeHubToken: () => storeHubToken(secrets),
  };
}

/** What a lens names, else what is in the editor that has the focus. */
function experimentOf(given: unknown): vscode.Uri {
  const uri = given instanceof vscode.Uri ? given : vscode.window.activeTextEditor?.document.uri;
  if (uri?.scheme === 'file' && uri.path.endsWith('.rlvr.json')) return uri;
  throw new UserError(vscode.l10n.t('Open an experiment file first: data is that of an experiment.'));
}
