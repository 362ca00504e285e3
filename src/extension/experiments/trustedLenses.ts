/** Lines above entries of experiment files that act on them, and so are there only in a workspace that is trusted. */
import * as vscode from 'vscode';
import { EXPERIMENT_SELECTOR } from './experimentDocuments.ts';

export function registerTrustedLenses(
  lensesOf: (document: vscode.TextDocument) => vscode.CodeLens[],
): vscode.Disposable {
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
