/** On the name of a reward function: how its scores are spread, and what the run recorded. */
import * as vscode from 'vscode';
import { barLines, summarizeScores, summaryText } from '../../engine/analysis/rewards/scoreSummary.ts';
import { plural } from '../../engine/words/format.ts';
import { isSamePath } from '../common/samePath.ts';
import type { ScoredFunction } from './liveResult.ts';
import type { LiveScores } from './liveScores.ts';
import { rangeOf } from './places.ts';
import { REWARD_SELECTOR } from './rewardLenses.ts';

export function registerRewardHover(live: LiveScores): vscode.Disposable {
  return vscode.languages.registerHoverProvider(REWARD_SELECTOR, {
    provideHover: ({ uri }, position) => {
      const { result } = live;
      if (result === null || !isSamePath(result.text.path, uri.fsPath)) return null;
      const own = result.functions.filter(({ found }) => rangeOf(found.namePlace).contains(position));
      const [first] = own;
      if (first === undefined) return null;
      const text = new vscode.MarkdownString();
      for (const scored of own) describe(text, scored, result.sample.completions.length);
      return new vscode.Hover(text, rangeOf(first.found.namePlace));
    },
  });
}

function describe(text: vscode.MarkdownString, { name, summary, recorded }: ScoredFunction, completions: number): void {
  text.appendMarkdown('\n\n');
  text.appendText(
    vscode.l10n.t('{0} on {1}: {2}', name, plural(completions, 'stored completion'), summaryText(summary)),
  );
  text.appendCodeblock(barLines(summary).join('\n'), 'text');
  if (recorded === null) return;
  const before = summarizeScores(recorded, 0);
  text.appendText(vscode.l10n.t('Recorded in the run: {0}', summaryText(before)));
}
