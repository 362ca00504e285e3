/** "Get Model…": tells what a model of the Hugging Face hub is, and fetches it where the person says so. Nothing else of the editor fetches any. */
import * as vscode from 'vscode';
import { modelLines } from '../../engine/analysis/models/modelText.ts';
import type { GetModelReply } from '../../engine/protocol/modelRequests.ts';
import { bytes, plural } from '../../engine/words/format.ts';
import { cancellable, reportDownload } from '../common/cancellable.ts';
import type { EngineQuestions } from '../engine/engineQuestions.ts';

export type ModelQuestions = Pick<EngineQuestions, 'searchModels' | 'describeModel' | 'getModel'>;

/**
 * With progress that can be cancelled: what has arrived is kept, and the next time goes on from there.
 * @param model `owner/name`, with a revision where one is wanted
 * @returns null where the person does not want it after all
 * @throws UserError where it cannot be had or used, with the reason
 */
export async function getModel(
  model: string,
  questions: ModelQuestions,
  token: () => Promise<string | null>,
): Promise<GetModelReply | null> {
  const question = { model, token: await token() };
  const description = await cancellable(vscode.l10n.t('Looking at {0}', model), (_, signal) =>
    questions.describeModel(question, signal),
  );
  if (description === null) return null;
  const get = description.missingBytes === 0 ? vscode.l10n.t('Use') : vscode.l10n.t('Get');
  // The first line is the title of a listing.
  const lines = [
    ...modelLines(description).slice(1),
    vscode.l10n.t('{0}, commit {1}', description.page, description.commit),
  ];
  const title = description.missingBytes === 0 ? vscode.l10n.t('Use {0}?', model) : vscode.l10n.t('Get {0}?', model);
  const picked = await vscode.window.showInformationMessage(title, { modal: true, detail: lines.join('\n\n') }, get);
  if (picked !== get) return null;
  const got = await cancellable(vscode.l10n.t('Getting {0}', model), (progress, signal) =>
    questions.getModel({ ...question, commit: description.commit }, { signal, onProgress: reportDownload(progress) }),
  );
  if (got === null) return null;
  void vscode.window.showInformationMessage(
    got.fetched === 0
      ? vscode.l10n.t('{0} was here already, as the hub has it.', model)
      : vscode.l10n.t('Fetched {0}: {1}, {2}.', model, plural(got.fetched, 'file'), bytes(got.bytes)),
  );
  return got;
}
