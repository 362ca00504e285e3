/** Above each reward function, in one line, what it says of the stored completions. */
import { basename } from 'node:path';
import * as vscode from 'vscode';
import { summaryText } from '../../engine/analysis/rewards/scoreSummary.ts';
import { savedText } from '../../engine/analysis/rewards/rewardDiffWords.ts';
import { plural } from '../../engine/words/format.ts';
import type { Disposable } from '../common/disposable.ts';
import { isSamePath } from '../common/samePath.ts';
import type { ScoredFunction } from './liveResult.ts';
import type { RewardDiffs } from '../rewardDiffs/rewardDiffs.ts';
import type { LiveScores, UnscoredFile } from './liveScores.ts';
import { rangeOf } from './places.ts';

export const REWARD_SELECTOR: vscode.DocumentSelector = [
  { scheme: 'file', language: 'typescript' },
  { scheme: 'file', language: 'javascript' },
  { scheme: 'file', language: 'python' },
];

export class RewardLenses implements vscode.CodeLensProvider, Disposable {
  readonly #live: LiveScores;
  readonly #diffs: RewardDiffs;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #disposable: vscode.Disposable;
  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor(live: LiveScores, diffs: RewardDiffs) {
    this.#live = live;
    this.#diffs = diffs;
    this.#disposable = vscode.Disposable.from(
      this.#changed,
      live.onDidChange(() => this.#changed.fire()),
      diffs.onDidChange((runDir) => {
        if (runDir === live.result?.sample.runDir) this.#changed.fire();
      }),
      vscode.languages.registerCodeLensProvider(REWARD_SELECTOR, this),
    );
  }

  provideCodeLenses({ uri, isDirty }: vscode.TextDocument): vscode.CodeLens[] {
    const { result, failure, unscored } = this.#live;
    if (unscored !== null && isSamePath(unscored.path, uri.fsPath)) return unscoredLenses(unscored);
    if (result === null || !isSamePath(result.text.path, uri.fsPath)) return [];
    const { runDir, completions } = result.sample;
    const scored = vscode.l10n.t(
      'Of {0} of run {1}. Click to read them in Outputs.',
      plural(completions.length, 'stored completion'),
      basename(runDir),
    );
    return result.functions.flatMap((scoredFunction) => {
      const title = failure === null ? titleOf(scoredFunction) : vscode.l10n.t('{0} (before)', titleOf(scoredFunction));
      const tooltip = failure === null ? scored : vscode.l10n.t('The text as it is now has no scores: {0}', failure);
      const command = { command: 'rlvr.openOutputs', title, tooltip, arguments: [runDir] };
      const place = rangeOf(scoredFunction.found.namePlace);
      const saved = isDirty ? null : this.#savedLens(place, runDir, scoredFunction.name);
      return [new vscode.CodeLens(place, command), ...(saved === null ? [] : [saved])];
    });
  }

  /** What the newest save changed, until something is typed or saved; null where that is not known. */
  #savedLens(place: vscode.Range, runDir: string, name: string): vscode.CodeLens | null {
    const diff = this.#diffs.saved(runDir);
    const title = diff && savedText(diff, name);
    if (title === null) return null;
    const tooltip = vscode.l10n.t(
      'What the last save changed in run {0}. Click to list it in Outputs.',
      basename(runDir),
    );
    return new vscode.CodeLens(place, { command: 'rlvr.live.showSaved', title, tooltip, arguments: [runDir] });
  }

  dispose(): void {
    this.#disposable.dispose();
  }
}

/** What leads to completions: a run. Without trust there is none to be started. */
function unscoredLenses({ functions }: UnscoredFile): vscode.CodeLens[] {
  if (!vscode.workspace.isTrusted) return [];
  const title = vscode.l10n.t('No completions yet: start training with it');
  const tooltip = vscode.l10n.t(
    'Starts the experiment that names this file. Its completions are scored here as soon as there are some.',
  );
  return functions.map(
    ({ namePlace }) => new vscode.CodeLens(rangeOf(namePlace), { command: 'rlvr.live.startTraining', title, tooltip }),
  );
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
