/** Above the model of an experiment: "Get Model…" where it is on the Hugging Face hub, or nowhere yet. */
import * as vscode from 'vscode';
import { registerTrustedLenses } from '../experiments/trustedLenses.ts';
import { modelSetting } from './modelSetting.ts';

export function registerModelLenses(): vscode.Disposable {
  return registerTrustedLenses(lensesOf);
}

function lensesOf(document: vscode.TextDocument): vscode.CodeLens[] {
  const setting = modelSetting(document.getText(), document.uri.fsPath);
  if (setting === null) return [];
  const { line } = document.positionAt(setting.range.offset);
  const command = {
    title: vscode.l10n.t('$(cloud-download) Get Model…'),
    tooltip: vscode.l10n.t(
      'Tells what it is, and fetches it from the Hugging Face hub where it is not on this machine yet',
    ),
    command: 'rlvr.models.get',
    arguments: [document.uri],
  };
  return [new vscode.CodeLens(new vscode.Range(line, 0, line, 0), command)];
}
