/** "Get Dataset": fetches what an experiment names of the Hugging Face hub. Nothing else of the editor fetches any. */
import * as vscode from 'vscode';
import { UserError } from '../../engine/protocol/errors.ts';
import { bytes, plural } from '../../engine/words/format.ts';
import { cancellable, reportDownload } from '../common/cancellable.ts';
import type { EngineQuestions } from '../engine/engineQuestions.ts';
import { askForAccess } from './askForAccess.ts';
import { hubSourcesIn } from './hubSources.ts';

/**
 * With progress that can be cancelled: what has arrived is kept, and the next time goes on from there.
 * @returns whether everything is here now
 * @throws UserError where the experiment names none, or one cannot be had
 */
export async function getDataset(
  experiment: vscode.Uri,
  questions: Pick<EngineQuestions, 'getDataset'>,
  token: () => Promise<string | null>,
): Promise<boolean> {
  const document = await vscode.workspace.openTextDocument(experiment);
  const text = document.getText();
  const sources = hubSourcesIn(text);
  if (sources.length === 0)
    throw new UserError(
      vscode.l10n.t('This experiment names no dataset of the Hugging Face hub, such as "hf:owner/name".'),
    );
  const title = vscode.l10n.t('Getting {0}', [...new Set(sources)].join(', '));
  const got = await askForAccess(token, (used) =>
    cancellable(title, (progress, signal) =>
      questions.getDataset(
        { path: experiment.fsPath, text, token: used },
        { signal, onProgress: reportDownload(progress) },
      ),
    ),
  );
  if (got === null) return false;
  const fetched = got.reduce((sum, dataset) => sum + dataset.fetched, 0);
  const size = got.reduce((sum, dataset) => sum + dataset.bytes, 0);
  void vscode.window.showInformationMessage(
    fetched === 0
      ? vscode.l10n.t('The dataset was here already, as the hub has it now.')
      : vscode.l10n.t('Fetched {0}, {1}.', plural(fetched, 'file'), bytes(size)),
  );
  return true;
}
