/** New scores by the engine that this window has for questions. */
import * as vscode from 'vscode';
import type { Disposable } from '../common/disposable.ts';
import { DisposableStore } from '../common/disposable.ts';
import { Emitter } from '../common/event.ts';
import type { Scores, ScoreQuestion } from '../engine/serviceEngine.ts';
import type { Rescorer } from './rescorer.ts';

export class EditorRescorer implements Rescorer, Disposable {
  readonly #score: (question: ScoreQuestion) => Promise<Scores>;
  readonly #disposables = new DisposableStore();
  readonly #saved = this.#disposables.add(new Emitter<string>());
  readonly onDidSave = this.#saved.event;

  /** @param score asks the engine, which is started where there is none */
  constructor(score: (question: ScoreQuestion) => Promise<Scores>) {
    this.#score = score;
    this.#disposables.add(
      vscode.workspace.onDidSaveTextDocument(({ uri }) => {
        if (uri.scheme === 'file') this.#saved.fire(uri.fsPath);
      }),
    );
  }

  get available(): boolean {
    return vscode.workspace.isTrusted;
  }

  score(question: ScoreQuestion): Promise<Scores> {
    return this.#score(question);
  }

  dispose(): void {
    this.#disposables.dispose();
  }
}
