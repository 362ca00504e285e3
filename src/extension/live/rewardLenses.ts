/** Above each reward function, in one line, what it says of the stored completions. */
import { basename } from 'node:path';
import * as vscode from 'vscode';
import { summaryText } from '../../engine/analysis/rewards/scoreSummary.ts';
import { plural } from '../../engine/words/format.ts';
import type { Disposable } from '../common/disposable.ts';
import { isSamePath } from '../common/samePath.ts';
import type { ScoredFunction } from './liveResult.ts';
import type { LiveScores } from './liveScores.ts';
import { rangeOf } from './places.ts';

export const REWARD_SELECTOR: vscode.DocumentSelector = [
  { scheme: 'file', language: 'typescript' },
  { scheme: 'file', language: 'javascript' },
  { scheme: 'file', language: 'python' },
];

export class RewardLenses implements vscode.CodeLensProvider, Disposable {
  readonly #live: LiveScores;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #disposable: vscode.Disposable;
  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor(live: LiveScores) {
    this.#live = live;
    this.#disposable = vscode.Disposable.from(
      this.#changed,
      live.onDidChange(() => this.#changed.fire()),
      vscode.languages.registerCodeLensProvider(REWARD_SELECTOR, this),
    );
  }

  provideCodeLenses({ uri }: vscode.TextDocument): vscode.CodeLens[] {
    const { result, failure } = this.#live;
    if (result === null || !isSamePath(result.text.path, uri.fsPath)) return [];
    const { runDir, completions } = result.sample;
    const scored = vscode.l10n.t(
      'Of {0} of run {1}. Click to read them in Outputs.',
      plural(completions.length, 'stored completion'),
      basename(runDir),
    );
    return result.functions.map((scoredFunction) => {
      const title = failure === null ? titleOf(scoredFunction) : vscode.l10n.t('{0} (before)', titleOf(scoredFunction));
      const tooltip = failure === null ? scored : vscode.l10n.t('The text as it is now has no scores: {0}', failure);
      const command = { command: 'rlvr.openOutputs', title, tooltip, arguments: [runDir] };
      return new vscode.CodeLens(rangeOf(scoredFunction.found.namePlace), command);
    });
  }

  dispose(): void {
    this.#disposable.dispose();
  }
}

/** "0.34 mean · 31 % pass · 12 errors", and what the mean was in the run where it was another. */
function titleOf({ summary, recorded, values, name, found }: ScoredFunction): string {
  const own = name === found.name ? '' : `${name}: `;
  const before = recorded?.some((value, index) => !Object.is(value, values[index])) ? meanOf(recorded) : null;
  return own + summaryText(summary, before);
}

function meanOf(values: Float64Array): number | null {
  const present = values.filter((value) => !Number.isNaN(value));
  return present.length === 0 ? null : present.reduce((sum, value) => sum + value, 0) / present.length;
}
