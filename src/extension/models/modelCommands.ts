/** The command about the model of an experiment. */
import * as vscode from 'vscode';
import { UserError } from '../../engine/protocol/errors.ts';
import type { Command } from '../commands.ts';
import { hubToken } from '../datasets/hubToken.ts';
import { getModel, type ModelQuestions } from './getModel.ts';
import { modelSetting } from './modelSetting.ts';
import { searchModel } from './searchModel.ts';

export function modelCommands(
  questions: ModelQuestions,
  secrets: vscode.SecretStorage,
): Readonly<Record<string, Command>> {
  const token = (): Promise<string | null> => hubToken(secrets);
  return {
    'models.get': async (given) => {
      const uri = given instanceof vscode.Uri ? given : vscode.window.activeTextEditor?.document.uri;
      if (uri?.scheme !== 'file' || !uri.path.endsWith('.rlvr.json'))
        throw new UserError(vscode.l10n.t('Open an experiment file first: a model is that of an experiment.'));
      await getModelOf(await vscode.workspace.openTextDocument(uri), questions, token);
    },
  };
}

/** The model that the experiment names; where it names none of the hub, one that is looked for and then named. */
async function getModelOf(
  document: vscode.TextDocument,
  questions: ModelQuestions,
  token: () => Promise<string | null>,
): Promise<void> {
  const named = modelSetting(document.getText(), document.uri.fsPath)?.hubModel ?? null;
  const model = named ?? (await searchModel(questions, token));
  if (model === undefined || (await getModel(model, questions, token)) === null || named !== null) return;
  // The text may have changed meanwhile.
  const range = modelSetting(document.getText(), document.uri.fsPath)?.range;
  if (range === undefined) return;
  const edit = new vscode.WorkspaceEdit();
  const [start, end] = [document.positionAt(range.offset), document.positionAt(range.offset + range.length)];
  edit.replace(document.uri, new vscode.Range(start, end), JSON.stringify(model));
  await vscode.workspace.applyEdit(edit);
}
