/** Code that is saved, with its text of before: the disk has only the new one by then. */
import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../common/disposable.ts';
import { Emitter } from '../common/event.ts';
import { isCode } from '../live/code.ts';
import type { SavedText } from './compareOnSave.ts';

/** UTF-16 units of a text that is kept: reward code is short, and a bundle that somebody opens is not. */
const MAX_LENGTH = 2 ** 20;

/** Of the file, and not of its text. */
const BYTE_ORDER_MARK = /^\uFEFF/;

export class SavedTexts implements Disposable {
  /** By path, what is on the disk of each open document. */
  readonly #onDisk = new Map<string, string>();
  /** Paths that the editor is saving by itself. */
  readonly #byDelay = new Set<string>();
  readonly #disposables = new DisposableStore();
  readonly #saved = this.#disposables.add(new Emitter<SavedText>());

  /** A document was saved with another text than it had. */
  readonly onDidSave = this.#saved.event;

  constructor() {
    const { workspace } = vscode;
    this.#disposables.add(workspace.onDidOpenTextDocument((document) => void this.#opened(document)));
    this.#disposables.add(workspace.onDidCloseTextDocument(({ uri }) => this.#onDisk.delete(uri.fsPath)));
    this.#disposables.add(
      workspace.onWillSaveTextDocument(({ document: { uri }, reason }) => {
        if (reason === vscode.TextDocumentSaveReason.AfterDelay) this.#byDelay.add(uri.fsPath);
        else this.#byDelay.delete(uri.fsPath);
      }),
    );
    this.#disposables.add(workspace.onDidSaveTextDocument((document) => this.#wasSaved(document)));
    this.#disposables.add(
      workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        // Read again from the disk, or back at what is there; or VS Code tells of the first key before it tells that the document is changed.
        // That it was saved is told without any change.
        if (contentChanges.length > 0 && !document.isDirty) void this.#read(document);
      }),
    );
    for (const document of workspace.textDocuments) void this.#opened(document);
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  async #opened(document: vscode.TextDocument): Promise<void> {
    if (document.isDirty) await this.#read(document);
    else this.#keep(document, document.getText());
  }

  async #read(document: vscode.TextDocument): Promise<void> {
    if (!isCode(document)) return;
    const text = await readFile(document.uri.fsPath, 'utf8').catch(() => null);
    if (text !== null && !document.isClosed) this.#keep(document, text.replace(BYTE_ORDER_MARK, ''));
  }

  #wasSaved(document: vscode.TextDocument): void {
    if (!isCode(document)) return;
    const path = document.uri.fsPath;
    const before = this.#onDisk.get(path);
    const after = document.getText();
    this.#keep(document, after);
    const byDelay = this.#byDelay.delete(path);
    if (before !== undefined && before !== after) this.#saved.fire({ path, before, byDelay });
  }

  #keep(document: vscode.TextDocument, text: string): void {
    if (!isCode(document)) return;
    if (text.length <= MAX_LENGTH) this.#onDisk.set(document.uri.fsPath, text);
    else this.#onDisk.delete(document.uri.fsPath);
  }
}
