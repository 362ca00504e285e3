/** Above the data of an experiment: "Preview Prompts". */
import * as vscode from 'vscode';
import { EXPERIMENT_SELECTOR } from '../experiments/experimentDocuments.ts';
import { settingPlace } from '../experiments/settingPlace.ts';

export function registerPromptLenses(): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  return vscode.Disposable.from(
    changed,
    vscode.workspace.onDidGrantWorkspaceTrust(() => changed.fire()),
    vscode.languages.registerCodeLensProvider(EXPERIMENT_SELECTOR, {
      onDidChangeCodeLenses: changed.event,
      provideCodeLenses: (document) => (vscode.workspace.isTrusted ? lensesOf(document) : []),
    }),
  );
}

function lensesOf(document: vscode.TextDocument): vscode.CodeLens[] {
  const { isSet, range } = settingPlace(document.getText(), ['dataset']);
  if (!isSet) return [];
  const { line } = document.positionAt(range.offset);
  const title = vscode.l10n.t('$(eye) Preview Prompts');
  const command = { title, command: 'rlvr.prompts.preview', arguments: [document.uri] };
  return [new vscode.CodeLens(new vscode.Range(line, 0, line, 0), command)];
}
