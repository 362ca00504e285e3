/** "Get Model…": tells what a model of the Hugging Face hub is, and fetches it where the person says so. Nothing else of the editor fetches any. */
import * as vscode from 'vscode';
import { modelLines } from '../../engine/analysis/models/modelText.ts';
import type { ModelDescription } from '../../engine/protocol/modelDescription.ts';
import type { GetModelReply } from '../../engine/protocol/modelRequests.ts';
import { bytes, plural } from '../../engine/words/format.ts';
import { cancellable, reportDownload } from '../common/cancellable.ts';
import { askForAccess } from '../datasets/askForAccess.ts';
import type { EngineQuestions } from '../engine/engineQuestions.ts';

export type ModelQuestions = Pick<EngineQuestions, 'searchModels' | 'describeModel' | 'getModel'>;

/** Enough of a commit to tell it from the others of a repository, as git and the pages of the hub show it. */
const SHOWN_COMMIT_CHARACTERS = 8;

/**
 * With progress that can be cancelled: what has arrived is kept, and the next time goes on from there.
 * @param model `owner/name`, with a revision where one is wanted
 * @returns null where the person does not want it after all
 * @throws UserError where it cannot be had or used, with the reason
 */
export function getModel(
  model: string,
  questions: ModelQuestions,
  token: () => Promise<string | null>,
): Promise<GetModelReply | null> {
  return askForAccess(token, (used) => describeAndGet({ model, token: used }, questions));
}

async function describeAndGet(
  question: { readonly model: string; readonly token: string | null },
  questions: ModelQuestions,
): Promise<GetModelReply | null> {
  const { model } = question;
  const description = await cancellable(vscode.l10n.t('Looking at {0}', model), (_, signal) =>
    questions.describeModel(question, signal),
  );
  if (description === null || !(await isWanted(description))) return null;
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

async function isWanted(description: ModelDescription): Promise<boolean> {
  const { source, page, commit, missingBytes } = description;
  const [title, get] =
    missingBytes === 0
      ? [vscode.l10n.t('Use {0}?', source), vscode.l10n.t('Use')]
      : [vscode.l10n.t('Get {0}?', source), vscode.l10n.t('Get')];
  const address = vscode.l10n.t('{0}, commit {1}', page, commit.slice(0, SHOWN_COMMIT_CHARACTERS));
  const detail = [...modelLines(description), address].join('\n\n');
  return (await vscode.window.showInformationMessage(title, { modal: true, detail }, get)) === get;
}
