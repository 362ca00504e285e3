/** New scores by the engine that this window has for questions. */
import * as vscode from 'vscode';
import type { Disposable } from '../common/disposable.ts';
import { DisposableStore } from '../common/disposable.ts';
import { Emitter } from '../common/event.ts';
import type { Scores, ScoreQuestion } from '../engine/engineQuestions.ts';
import { isCode, unsavedCode } from '../live/code.ts';
import { scoreOnce } from '../live/liveAnswer.ts';
import type { LiveScores } from '../live/liveScores.ts';
import type { Rescorer, StoredQuestion } from './rescorer.ts';

/** A pause in typing: longer than that of the values in the code itself, which go first and may answer this, too. */
const TYPING_MS = 150;

export class EditorRescorer implements Rescorer, Disposable {
  readonly #score: (question: ScoreQuestion) => Promise<Scores>;
  readonly #live: Pick<LiveScores, 'on' | 'newest'>;
  readonly #mayRunCode: (runDir: string) => boolean;
  readonly #disposables = new DisposableStore();
  readonly #edited = this.#disposables.add(new Emitter<string>());
  #typing: NodeJS.Timeout | undefined;
  readonly onDidEdit = this.#edited.event;

  /**
   * @param score asks the engine, which is started where there is none
   * @param live whether what is typed is scored before it is saved, and what came of it
   * @param mayRunCode whether a run is of this window's folders: one from elsewhere names files anywhere, for whoever made it
   */
  constructor(
    score: (question: ScoreQuestion) => Promise<Scores>,
    live: Pick<LiveScores, 'on' | 'newest'>,
    mayRunCode: (runDir: string) => boolean,
  ) {
    this.#score = score;
    this.#live = live;
    this.#mayRunCode = mayRunCode;
    this.#disposables.add(
      vscode.workspace.onDidSaveTextDocument((document) => {
        if (isCode(document)) this.#edited.fire(document.uri.fsPath);
      }),
    );
    this.#disposables.add(
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length === 0 || !isCode(document) || !live.on) return;
        clearTimeout(this.#typing);
        this.#typing = setTimeout(() => this.#edited.fire(document.uri.fsPath), TYPING_MS);
      }),
    );
  }

  available(runDir: string): boolean {
    return vscode.workspace.isTrusted && this.#mayRunCode(runDir);
  }

  score(question: StoredQuestion): Promise<Scores> {
    return scoreOnce(this.#live, question, unsavedCode, (unsaved) =>
      this.#score({ ...question, unsaved: [...unsaved] }),
    );
  }

  dispose(): void {
    clearTimeout(this.#typing);
    this.#disposables.dispose();
  }
}
