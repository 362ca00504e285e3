/** The lightbulb of a reward function: what can be done with it. The same is in the editor's menu. */
import * as vscode from 'vscode';
import type { Disposable } from '../common/disposable.ts';
import { isSamePath } from '../common/samePath.ts';
import { caseTarget, type LiveResult, type ScoredFunction } from './liveResult.ts';
import type { LiveScores } from './liveScores.ts';
import { rangeOf } from './places.ts';
import type { RewardDiagnostics } from './rewardDiagnostics.ts';
import { REWARD_SELECTOR } from './rewardLenses.ts';

export function registerRewardActions(live: LiveScores, diagnostics: RewardDiagnostics): Disposable {
  return vscode.languages.registerCodeActionsProvider(REWARD_SELECTOR, {
    provideCodeActions: (document, range) => {
      const { result } = live;
      if (result === null || !isSamePath(result.text.path, document.uri.fsPath)) return [];
      const under = result.functions.find(({ found }) => rangeOf(found.place).contains(range.start));
      const shown = diagnostics
        .at(range.start.line)
        .flatMap(({ completion }) => (completion === null ? [] : fixes(result, completion, under)));
      return under === undefined ? shown : [...shown, ...functionActions(result, under)];
    },
  });
}

/** For a mark: the completion that shows it, read, pinned or debugged. */
function fixes(result: LiveResult, completion: number, under: ScoredFunction | undefined): vscode.CodeAction[] {
  const { QuickFix } = vscode.CodeActionKind;
  const shown = action(
    vscode.l10n.t('Show a Completion for Which This Happened'),
    QuickFix,
    'rlvr.live.showCompletion',
    [completion],
  );
  const target = caseTarget(result, completion, under);
  if (target === null) return [shown];
  return [
    shown,
    action(vscode.l10n.t('Debug It on That Completion'), QuickFix, 'rlvr.outputs.debugScore', [target]),
    action(vscode.l10n.t('Pin That Completion as a Case…'), QuickFix, 'rlvr.outputs.pinCase', [target]),
  ];
}

function functionActions(result: LiveResult, scored: ScoredFunction): vscode.CodeAction[] {
  const { Refactor } = vscode.CodeActionKind;
  const read = result.watched === null ? null : caseTarget(result, result.watched, scored);
  const { name } = scored;
  return [
    action(vscode.l10n.t('Show What {0} Scores Worst', name), Refactor, 'rlvr.live.showWorst', [name]),
    action(vscode.l10n.t('Score Stored Completions Again'), Refactor, 'rlvr.live.refresh', []),
    ...(read === null
      ? []
      : [
          action(vscode.l10n.t('Debug {0} on the Completion That Is Read', name), Refactor, 'rlvr.outputs.debugScore', [
            read,
          ]),
          action(vscode.l10n.t('Pin the Completion That Is Read as a Case…'), Refactor, 'rlvr.outputs.pinCase', [read]),
        ]),
    action(vscode.l10n.t('Start Training with This Reward'), Refactor, 'rlvr.live.startTraining', []),
  ];
}

function action(
  title: string,
  kind: vscode.CodeActionKind,
  command: string,
  commandArguments: readonly unknown[],
): vscode.CodeAction {
  const made = new vscode.CodeAction(title, kind);
  made.command = { title, command, arguments: [...commandArguments] };
  return made;
}
