/** At the ends of lines, what the function under the cursor came to for the completion that is read. */
import * as vscode from 'vscode';
import type { Disposable } from '../common/disposable.ts';
import { isSamePath } from '../common/samePath.ts';
import { lineValues } from './lineValues.ts';
import type { LiveScores } from './liveScores.ts';
import { rangeOf } from './places.ts';

export class InlineValues implements Disposable {
  readonly #live: LiveScores;
  readonly #type = vscode.window.createTextEditorDecorationType({
    after: { color: new vscode.ThemeColor('rlvr.liveValue'), margin: '0 0 0 2em' },
    // What is typed at the end of the line is no part of it.
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
  readonly #disposable: vscode.Disposable;

  constructor(live: LiveScores) {
    this.#live = live;
    this.#disposable = vscode.Disposable.from(
      this.#type,
      live.onDidChange(() => this.#show()),
      vscode.window.onDidChangeTextEditorSelection(() => this.#show()),
      vscode.window.onDidChangeVisibleTextEditors(() => this.#show()),
    );
  }

  dispose(): void {
    this.#disposable.dispose();
  }

  #show(): void {
    const { result } = this.#live;
    for (const editor of vscode.window.visibleTextEditors) {
      const { document } = editor;
      if (result === null || !isSamePath(result.text.path, document.uri.fsPath)) {
        editor.setDecorations(this.#type, []);
        continue;
      }
      // Those of an older text move along with what is typed, until the new ones are there.
      if (result.text.version !== document.version || result.trace === null) continue;
      const cursor = editor.selection.active;
      const under = result.functions.find(({ found }) => rangeOf(found.place).contains(cursor));
      const values = under === undefined ? [] : lineValues(result.trace, under.found.place);
      editor.setDecorations(
        this.#type,
        values.map(({ line, text }) => ({
          range: document.lineAt(line).range,
          renderOptions: { after: { contentText: text } },
        })),
      );
    }
  }
}
