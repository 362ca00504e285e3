/** New scores by the engine that this window has for questions. */
import * as vscode from 'vscode';
import type { Disposable } from '../common/disposable.ts';
import { DisposableStore } from '../common/disposable.ts';
import { Emitter } from '../common/event.ts';
import type { Scores, ScoreQuestion } from '../engine/serviceEngine.ts';
import type { Rescorer } from './rescorer.ts';

export class EditorRescorer implements Rescorer, Disposable {
  readonly #score: (question: ScoreQuestion) => Promise<Scores>;
  readonly #mayRunCode: (runDir: string) => boolean;
  readonly #disposables = new DisposableStore();
  readonly #saved = this.#disposables.add(new Emitter<string>());
  readonly onDidSave = this.#saved.event;

  /**
   * @param score asks the engine, which is started where there is none
   * @param mayRunCode whether a run is of this window's folders: one from elsewhere names files anywhere, for whoever made it
   */
  constructor(score: (question: ScoreQuestion) => Promise<Scores>, mayRunCode: (runDir: string) => boolean) {
    this.#score = score;
    this.#mayRunCode = mayRunCode;
    this.#disposables.add(
      vscode.workspace.onDidSaveTextDocument(({ uri }) => {
        if (uri.scheme === 'file') this.#saved.fire(uri.fsPath);
      }),
    );
  }

  available(runDir: string): boolean {
    return vscode.workspace.isTrusted && this.#mayRunCode(runDir);
  }

  score(question: ScoreQuestion): Promise<Scores> {
    return this.#score(question);
  }

  dispose(): void {
    this.#disposables.dispose();
  }
}
