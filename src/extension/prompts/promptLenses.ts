/** Above the data and the prompt of an experiment: "Preview Prompts". */
import * as vscode from 'vscode';
import { EXPERIMENT_SELECTOR } from '../experiments/experimentDocuments.ts';
import { settingPlace } from '../experiments/settingPlace.ts';

/** Keys above which it stands, where the file has them. */
const KEYS = [['dataset'], ['dataset', 'prompt']] as const;

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
  const title = vscode.l10n.t('Preview Prompts');
  const places = KEYS.map((key) => settingPlace(document.getText(), key)).filter(({ isSet }) => isSet);
  const lines = new Set(places.map(({ range }) => document.positionAt(range.offset).line));
  return [...lines].map(
    (line) =>
      new vscode.CodeLens(new vscode.Range(line, 0, line, 0), {
        title,
        command: 'rlvr.prompts.preview',
        arguments: [document.uri],
      }),
  );
}
