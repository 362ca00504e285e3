/** "Forecast…" above an experiment: some of it is tried, with progress and a way to give up, and what its run will likely be like is a read-only text. */
import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { UserError } from '../../engine/protocol/errors.ts';
import type { Forecast, PreflightReply } from '../../engine/protocol/forecast.ts';
import { DisposableStore, type Disposable } from '../common/disposable.ts';
import type { EngineQuestions } from '../engine/engineQuestions.ts';
import { ExperimentTexts } from '../experiments/experimentTexts.ts';
import { FORECAST_TEXT } from '../experiments/textAddress.ts';
import { preflightMessage } from './preflightMessage.ts';

interface Held extends PreflightReply {
  /** The file as it was tried. */
  readonly file: string;
}

export class ForecastDocuments implements Disposable {
  readonly #questions: Pick<EngineQuestions, 'preflight'>;
  /** By path of the experiment, the newest. */
  readonly #held = new Map<string, Held>();
  readonly #texts: ExperimentTexts;
  readonly #disposables = new DisposableStore();

  constructor(questions: Pick<EngineQuestions, 'preflight'>) {
    this.#questions = questions;
    this.#texts = this.#disposables.add(
      new ExperimentTexts(FORECAST_TEXT, ({ path }) => Promise.resolve(this.#textOf(path))),
    );
    this.#disposables.add(
      vscode.languages.registerCodeLensProvider(
        { scheme: FORECAST_TEXT.scheme },
        { provideCodeLenses: ({ uri }) => lenses(this.#texts.experimentOf(uri)) },
      ),
    );
  }

  /** Tries the experiment, which must be saved, and shows the forecast beside it; nothing where the person gave it up. */
  async show(path: string): Promise<void> {
    const file = await readFile(path, 'utf8');
    const found = await this.#ask(path);
    if (found === null) return;
    this.#held.set(path, { ...found, file });
    this.#texts.refresh(path);
    await this.#texts.show(path);
  }

  /** @throws UserError where the experiment is no longer the one that was tried */
  async forecastOf(path: string): Promise<Forecast> {
    const held = this.#held.get(path);
    const file = await readFile(path, 'utf8');
    if (held?.file === file) return held.forecast;
    throw new UserError(
      vscode.l10n.t(
        'The experiment is not as it was when this was forecast. Forecast it again, or start it from its own file.',
      ),
    );
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  #textOf(path: string): string {
    // A text that was open before the window was reloaded.
    return (
      this.#held.get(path)?.text ?? `${vscode.l10n.t('This forecast is not kept. Forecast the experiment again.')}\n`
    );
  }

  /** null where the person gave it up. */
  #ask(path: string): Thenable<PreflightReply | null> {
    const title = vscode.l10n.t('Forecast of {0}', vscode.workspace.asRelativePath(path));
    return vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title, cancellable: true },
      async (shown, token) => {
        const cancel = new AbortController();
        token.onCancellationRequested(() => cancel.abort());
        try {
          return await this.#questions.preflight(
            { path },
            { onProgress: (progress) => shown.report({ message: preflightMessage(progress) }), signal: cancel.signal },
          );
        } catch (error) {
          // What is cut off breaks with some error or other.
          if (cancel.signal.aborted) return null;
          throw error;
        }
      },
    );
  }
}

/** @param path of the experiment */
function lenses(path: string | null): vscode.CodeLens[] {
  if (path === null) return [];
  const top = new vscode.Range(0, 0, 0, 0);
  const experiment = vscode.Uri.file(path);
  const lens = (title: string, command: string): vscode.CodeLens =>
    new vscode.CodeLens(top, { title, command: `rlvr.forecast.${command}`, arguments: [experiment] });
  return [
    lens(vscode.l10n.t('$(play) Start with This Forecast'), 'start'),
    lens(vscode.l10n.t('$(refresh) Forecast Again'), 'show'),
  ];
}
