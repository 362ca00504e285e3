/** "Preview Prompts": a read-only text that follows an experiment as it is edited, saved or not. */
import * as vscode from 'vscode';
import { UserError } from '../../engine/protocol/errors.ts';
import { DisposableStore, type Disposable } from '../common/disposable.ts';
import type { Engines } from '../engine/engines.ts';
import { isExperiment } from '../experiments/experimentDocuments.ts';
import { PROMPTS_TEXT, experimentOfText, textAddress } from '../experiments/textAddress.ts';
import { previewLenses } from './previewLenses.ts';
import { ShownPreview, type PreviewText } from './shownPreview.ts';

/** A pause in typing. */
const DELAY_MS = 400;
/** Files that an experiment may name as its data, or that a model's prompts are made by. */
const DATA_FILE = /\.(?:jsonl|json|csv|tsv|jinja)$/;

export class PromptPreviews implements vscode.TextDocumentContentProvider, Disposable {
  readonly #engines: Pick<Engines, 'preview'>;
  /** By path of the experiment. */
  readonly #shown = new Map<string, ShownPreview>();
  readonly #special = new Map<string, PreviewText>();
  readonly #waiting = new Map<string, NodeJS.Timeout>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #lensesChanged = new vscode.EventEmitter<void>();
  readonly #disposables = new DisposableStore();
  readonly #mark = vscode.window.createTextEditorDecorationType({
    color: new vscode.ThemeColor('editorInfo.foreground'),
    fontStyle: 'italic',
  });
  readonly onDidChange = this.#changed.event;

  constructor(engines: Pick<Engines, 'preview'>) {
    this.#engines = engines;
    this.#disposables.add(
      vscode.Disposable.from(
        this.#changed,
        this.#lensesChanged,
        this.#mark,
        vscode.workspace.registerTextDocumentContentProvider(PROMPTS_TEXT.scheme, this),
        vscode.languages.registerCodeLensProvider(
          { scheme: PROMPTS_TEXT.scheme },
          {
            onDidChangeCodeLenses: this.#lensesChanged.event,
            provideCodeLenses: ({ uri }) => previewLenses(uri, this.#of(uri)?.reply ?? null),
          },
        ),
        vscode.workspace.onDidChangeTextDocument(({ document }) => this.#followEdit(document)),
        vscode.workspace.onDidSaveTextDocument((document) => this.#followSave(document)),
        vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#forget(uri)),
        vscode.window.onDidChangeVisibleTextEditors(() => this.#markAll()),
      ),
    );
  }

  /** Shows the prompts of an experiment beside it; where they are open already, looks at the data again. */
  async show(experiment: vscode.Uri): Promise<void> {
    if (!vscode.workspace.isTrusted)
      throw new UserError(vscode.l10n.t('Previews are written by the engine, which runs only in a trusted workspace.'));
    const address = vscode.Uri.from(textAddress(PROMPTS_TEXT, experiment.fsPath));
    if (this.#shown.has(experiment.fsPath)) this.#refresh(experiment.fsPath);
    await vscode.window.showTextDocument(address, {
      preview: false,
      preserveFocus: true,
      viewColumn: editorOf(address)?.viewColumn ?? vscode.ViewColumn.Beside,
    });
  }

  /** @param uri of a preview */
  move(uri: vscode.Uri, by: number): void {
    if (this.#of(uri)?.move(by) === true) this.#changed.fire(uri);
  }

  nextPart(uri: vscode.Uri): void {
    if (this.#of(uri)?.nextPart() === true) this.#changed.fire(uri);
  }

  async goTo(uri: vscode.Uri): Promise<void> {
    const preview = this.#of(uri);
    const reply = preview?.reply ?? null;
    if (preview === undefined || reply === null) return;
    const problems = reply.parts.find(({ part }) => part === reply.part)?.problems ?? 0;
    const answer = await vscode.window.showInputBox({
      prompt: vscode.l10n.t('Which problem of the part {0}? From 1 to {1}', reply.part, problems),
      value: String(reply.index + 1),
      validateInput: (text) =>
        /^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= problems
          ? null
          : vscode.l10n.t('A number from 1 to {0}', problems),
    });
    if (answer !== undefined && preview.goTo(Number(answer))) this.#changed.fire(uri);
  }

  /** The experiment that a preview shows, with its worked examples as JSON lines; null where it has none. */
  examplesOf(uri: vscode.Uri): { readonly experiment: vscode.Uri; readonly text: string } | null {
    const path = experimentOfText(uri.query);
    const text = this.#of(uri)?.reply?.examples ?? '';
    return path === null || text === '' ? null : { experiment: vscode.Uri.file(path), text };
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const path = experimentOfText(uri.query);
    if (path === null) throw new UserError(vscode.l10n.t('This address is none that RLVR made.'));
    const preview = this.#shown.get(path) ?? new ShownPreview(path, (question) => this.#engines.preview(question));
    this.#shown.set(path, preview);
    const experiment = await vscode.workspace.openTextDocument(vscode.Uri.file(path));
    const content = await preview.read(experiment.getText(), {
      nothing: vscode.l10n.t('The prompts cannot be shown yet.'),
      before: vscode.l10n.t('What follows is of before that.'),
    });
    // A newer call is on its way and brings the text.
    if (content === null) return openText(uri);
    this.#special.set(path, content);
    this.#lensesChanged.fire();
    return content.text;
  }

  dispose(): void {
    for (const timer of this.#waiting.values()) clearTimeout(timer);
    this.#disposables.dispose();
  }

  #of(uri: vscode.Uri): ShownPreview | undefined {
    return this.#shown.get(experimentOfText(uri.query) ?? '');
  }

  #followEdit(document: vscode.TextDocument): void {
    if (document.uri.scheme === PROMPTS_TEXT.scheme) this.#markAll();
    else if (isExperiment(document) && this.#shown.has(document.fileName)) this.#refreshSoon(document.fileName);
  }

  #followSave(document: vscode.TextDocument): void {
    if (isExperiment(document) || !DATA_FILE.test(document.fileName)) return;
    for (const path of this.#shown.keys()) this.#refreshSoon(path);
  }

  #refreshSoon(path: string): void {
    clearTimeout(this.#waiting.get(path));
    this.#waiting.set(
      path,
      setTimeout(() => this.#refresh(path), DELAY_MS),
    );
  }

  #refresh(path: string): void {
    this.#waiting.delete(path);
    this.#shown.get(path)?.forget();
    this.#changed.fire(vscode.Uri.from(textAddress(PROMPTS_TEXT, path)));
  }

  #forget(uri: vscode.Uri): void {
    if (uri.scheme !== PROMPTS_TEXT.scheme) return;
    const path = experimentOfText(uri.query) ?? '';
    clearTimeout(this.#waiting.get(path));
    this.#waiting.delete(path);
    this.#shown.delete(path);
    this.#special.delete(path);
  }

  #markAll(): void {
    for (const editor of vscode.window.visibleTextEditors) {
      const { document } = editor;
      if (document.uri.scheme !== PROMPTS_TEXT.scheme) continue;
      const content = this.#special.get(experimentOfText(document.uri.query) ?? '');
      // Before the editor has the text that they are in, marks would stand anywhere.
      if (content?.text !== document.getText()) continue;
      const ranges = content.special.map(
        ([offset, length]) => new vscode.Range(document.positionAt(offset), document.positionAt(offset + length)),
      );
      editor.setDecorations(this.#mark, ranges);
    }
  }
}

function editorOf(uri: vscode.Uri): vscode.TextEditor | undefined {
  return vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === uri.toString());
}

function openText(uri: vscode.Uri): string {
  const document = vscode.workspace.textDocuments.find((open) => open.uri.toString() === uri.toString());
  return document?.getText() ?? '';
}
