/** "Preview Prompts": a read-only text that follows an experiment as it is edited, saved or not. */
import * as vscode from 'vscode';
import { UserError } from '../../engine/protocol/errors.ts';
import { DisposableStore, type Disposable } from '../common/disposable.ts';
import type { EngineQuestions } from '../engine/engineQuestions.ts';
import { isExperiment } from '../experiments/experimentDocuments.ts';
import { ExperimentTexts, type ExperimentAsked } from '../experiments/experimentTexts.ts';
import { PROMPTS_TEXT } from '../experiments/textAddress.ts';
import type { ExamplesToCopy } from './copyExamples.ts';
import { previewLenses } from './previewLenses.ts';
import { ShownPreview, type PreviewText } from './shownPreview.ts';

/** A pause in typing. */
const DELAY_MS = 400;
/** Files that an experiment may name as its data, or that a model's prompts are made by. */
const DATA_FILE = /\.(?:jsonl|json|csv|tsv|jinja)$/;

export class PromptPreviews implements Disposable {
  readonly #questions: Pick<EngineQuestions, 'preview'>;
  /** By path of the experiment. */
  readonly #shown = new Map<string, ShownPreview>();
  readonly #special = new Map<string, PreviewText>();
  readonly #waiting = new Map<string, NodeJS.Timeout>();
  readonly #texts: ExperimentTexts;
  readonly #lensesChanged = new vscode.EventEmitter<void>();
  readonly #disposables = new DisposableStore();
  readonly #mark = vscode.window.createTextEditorDecorationType({
    color: new vscode.ThemeColor('editorInfo.foreground'),
    fontStyle: 'italic',
  });

  constructor(questions: Pick<EngineQuestions, 'preview'>) {
    this.#questions = questions;
    this.#texts = this.#disposables.add(new ExperimentTexts(PROMPTS_TEXT, (experiment) => this.#write(experiment)));
    this.#disposables.add(
      vscode.Disposable.from(
        this.#lensesChanged,
        this.#mark,
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

  /**
   * Shows the prompts of an experiment beside it; where they are open already, looks at the data again.
   * @param task whose; null for those shown before, or the first's
   */
  async show(experiment: vscode.Uri, task: string | null): Promise<void> {
    if (!vscode.workspace.isTrusted)
      throw new UserError(vscode.l10n.t('Previews are written by the engine, which runs only in a trusted workspace.'));
    const isShown = this.#shown.has(experiment.fsPath);
    if (task !== null) this.#preview(experiment.fsPath).showTask(task);
    if (isShown) this.#refresh(experiment.fsPath);
    await this.#texts.show(experiment.fsPath);
  }

  /** @param uri of a preview */
  move(uri: vscode.Uri, by: number): void {
    if (this.#of(uri)?.move(by) === true) this.#writeAnew(uri);
  }

  nextTask(uri: vscode.Uri): void {
    if (this.#of(uri)?.nextTask() === true) this.#writeAnew(uri);
  }

  nextPart(uri: vscode.Uri): void {
    if (this.#of(uri)?.nextPart() === true) this.#writeAnew(uri);
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
    if (answer !== undefined && preview.goTo(Number(answer))) this.#writeAnew(uri);
  }

  /** The experiment that a preview shows, with its worked examples as JSON lines; null where it has none. */
  examplesOf(uri: vscode.Uri): ExamplesToCopy | null {
    const path = this.#texts.experimentOf(uri);
    const { examples: text = '', task = null } = this.#of(uri)?.reply ?? {};
    return path === null || text === '' ? null : { experiment: vscode.Uri.file(path), task, text };
  }

  dispose(): void {
    for (const timer of this.#waiting.values()) clearTimeout(timer);
    this.#disposables.dispose();
  }

  /** @param path of the experiment */
  #preview(path: string): ShownPreview {
    const preview = this.#shown.get(path) ?? new ShownPreview(path, (question) => this.#questions.preview(question));
    this.#shown.set(path, preview);
    return preview;
  }

  #of(uri: vscode.Uri): ShownPreview | undefined {
    return this.#shown.get(this.#texts.experimentOf(uri) ?? '');
  }

  async #write({ path, text }: ExperimentAsked): Promise<string> {
    const content = await this.#preview(path).read(text, {
      nothing: vscode.l10n.t('The prompts cannot be shown yet.'),
      before: vscode.l10n.t('What follows is of before that.'),
    });
    // A newer call is on its way and brings the text.
    if (content === null) return this.#texts.openText(path) ?? '';
    this.#special.set(path, content);
    this.#lensesChanged.fire();
    return content.text;
  }

  #writeAnew(uri: vscode.Uri): void {
    const path = this.#texts.experimentOf(uri);
    if (path !== null) this.#texts.refresh(path);
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
    this.#texts.refresh(path);
  }

  #forget(uri: vscode.Uri): void {
    const path = this.#texts.experimentOf(uri);
    if (path === null) return;
    clearTimeout(this.#waiting.get(path));
    this.#waiting.delete(path);
    this.#shown.delete(path);
    this.#special.delete(path);
  }

  #markAll(): void {
    for (const editor of vscode.window.visibleTextEditors) {
      const { document } = editor;
      const content = this.#special.get(this.#texts.experimentOf(document.uri) ?? '');
      // Before the editor has the text that they are in, marks would stand anywhere.
      if (content?.text !== document.getText()) continue;
      const ranges = content.special.map(
        ([offset, length]) => new vscode.Range(document.positionAt(offset), document.positionAt(offset + length)),
      );
      editor.setDecorations(this.#mark, ranges);
    }
  }
}
