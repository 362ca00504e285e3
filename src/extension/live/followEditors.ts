/** Tells live scoring what is in front, and what is typed. */
import * as vscode from 'vscode';
import type { Disposable } from '../common/disposable.ts';
import type { RunStore } from '../runs/runStore.ts';
import type { Selection } from '../runs/selection.ts';
import { isCode } from './code.ts';
import type { LiveText } from './liveResult.ts';
import type { LiveScores } from './liveScores.ts';

export function followEditors(live: LiveScores, store: RunStore, selection: Selection): Disposable {
  const show = (editor: vscode.TextEditor | undefined): void => {
    // A panel in front leaves the code beside it as it is.
    if (editor !== undefined && isCode(editor.document)) live.setText(textOf(editor.document));
  };
  show(vscode.window.activeTextEditor);
  return vscode.Disposable.from(
    vscode.window.onDidChangeActiveTextEditor(show),
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (contentChanges.length === 0 || !isCode(document)) return;
      if (document === vscode.window.activeTextEditor?.document) live.setText(textOf(document));
      else live.importsChanged();
    }),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => live.forget(uri.fsPath)),
    vscode.workspace.onDidSaveTextDocument((document) => {
      if (isCode(document)) live.refresh();
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => live.refresh()),
    selection.onDidChange(() => live.refresh()),
    store.onDidChange(() => {
      // The first run of an experiment, or the first step of a run.
      if (live.result === null) live.refresh();
    }),
  );
}

function textOf(document: vscode.TextDocument): LiveText {
  return { path: document.uri.fsPath, version: document.version, text: document.getText() };
}
