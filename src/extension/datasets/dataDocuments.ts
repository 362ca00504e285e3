/** "Data" above an experiment: a read-only text with parts, leaks between them, columns, lengths and first rows. To look at it is to look at the data anew. */
import * as vscode from 'vscode';
import { dataText } from '../../engine/analysis/dataText.ts';
import { UserError } from '../../engine/protocol/errors.ts';
import { DisposableStore, type Disposable } from '../common/disposable.ts';
import type { EngineQuestions } from '../engine/engineQuestions.ts';
import { isExperiment } from '../experiments/experimentDocuments.ts';
import { ExperimentTexts, type ExperimentAsked } from '../experiments/experimentTexts.ts';
import { DATA_TEXT } from '../experiments/textAddress.ts';

export class DataDocuments implements Disposable {
  readonly #texts: ExperimentTexts;
  readonly #disposables = new DisposableStore();

  constructor(questions: Pick<EngineQuestions, 'describeData'>) {
    this.#texts = this.#disposables.add(
      new ExperimentTexts(DATA_TEXT, (experiment) => describe(questions, experiment)),
    );
    this.#disposables.add(
      vscode.workspace.onDidSaveTextDocument((document) => {
        if (isExperiment(document)) this.refresh(document.uri);
      }),
    );
  }

  /** Looks at the data of an experiment, and shows it beside. */
  async show(experiment: vscode.Uri): Promise<void> {
    this.refresh(experiment);
    await this.#texts.show(experiment.fsPath);
  }

  /** Looks again where it is open. */
  refresh(experiment: vscode.Uri): void {
    this.#texts.refresh(experiment.fsPath);
  }

  dispose(): void {
    this.#disposables.dispose();
  }
}

async function describe(
  questions: Pick<EngineQuestions, 'describeData'>,
  experiment: ExperimentAsked,
): Promise<string> {
  try {
    const overviews = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Reading the data') },
      () => questions.describeData(experiment),
    );
    return `${dataText(overviews).join('\n')}\n`;
  } catch (error) {
    if (error instanceof UserError) return `${vscode.l10n.t('The data cannot be shown yet.')}\n\n${error.message}\n`;
    throw error;
  }
}
