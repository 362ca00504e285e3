/** The lightbulb of a reward function: what can be done with it. The same is in the editor's menu. */
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { changesOfFunction } from '../../engine/analysis/rewards/functionChange.ts';
import type { SourceFixKind } from '../../engine/source/sourceFix.ts';
import { count } from '../../engine/words/format.ts';
import type { Disposable } from '../common/disposable.ts';
import { isSamePath } from '../common/samePath.ts';
import type { Finding } from './findings.ts';
import { caseTarget, type LiveResult, type ScoredFunction } from './liveResult.ts';
import type { RewardDiffs } from '../rewardDiffs/rewardDiffs.ts';
import type { LiveScores } from './liveScores.ts';
import { rangeOf } from './places.ts';
import type { RewardDiagnostics } from './rewardDiagnostics.ts';
import { REWARD_SELECTOR } from './rewardLenses.ts';
import type { TriedFix, TriedFixes } from './triedFixes.ts';

export function registerRewardActions(
  live: LiveScores,
  diagnostics: RewardDiagnostics,
  diffs: Pick<RewardDiffs, 'get'>,
  tries: TriedFixes,
): Disposable {
  return vscode.languages.registerCodeActionsProvider(REWARD_SELECTOR, {
    provideCodeActions: async (document, range) => {
      const { result } = live;
      if (result === null || !isSamePath(result.text.path, document.uri.fsPath)) return [];
      const under = result.functions.find(({ found }) => rangeOf(found.place).contains(range.start));
      const findings = diagnostics.at(range.start.line);
      // Places of an older text are none of this one.
      const isOld = result.text.version !== document.version;
      const tried = isOld ? [] : await withPatience(findings.map((finding) => tries.of(result, finding)));
      const shown = [
        ...tried.map((fix) => editAction(document.uri, fix)),
        ...findings.flatMap((finding) => ruleFix(result, finding)),
        ...findings.flatMap(({ completion }) => (completion === null ? [] : fixes(result, completion, under))),
      ];
      if (under === undefined) return shown;
      return [...shown, ...functionActions(result, under), ...diffActions(result, under, diffs)];
    },
  });
}

/** Milliseconds: the other actions wait for these. A later answer is there when the lightbulb is asked for again. */
const PATIENCE_MS = 1500;

/** What has come by then. */
async function withPatience(fixes: readonly Promise<readonly TriedFix[]>[]): Promise<readonly TriedFix[]> {
  const known: TriedFix[] = [];
  const all = fixes.map((one) => one.then((found) => void known.push(...found)));
  await Promise.race([Promise.all(all), sleep(PATIENCE_MS, undefined, { ref: false })]);
  return [...known];
}

/** An edit of the file, with what it was seen to come to. */
function editAction(uri: vscode.Uri, { fix, count: changed, of }: TriedFix): vscode.CodeAction {
  const counts = vscode.l10n.t('would match {0} of {1}', count(changed), count(of));
  const titles: Readonly<Record<SourceFixKind, string>> = {
    ignoreCase: vscode.l10n.t('Add the {0} Flag, for Both Cases ({1})', fix.flag, counts),
    everyLine: vscode.l10n.t('Add the {0} Flag, for Every Line ({1})', fix.flag, counts),
    acrossLines: vscode.l10n.t('Add the {0} Flag, for Line Ends Too ({1})', fix.flag, counts),
    anySpace: vscode.l10n.t('Allow Any White Space ({0})', counts),
    nullForNaN: vscode.l10n.t('Return null Where This Is No Finite Number ({0} of {1})', count(changed), count(of)),
  };
  const made = new vscode.CodeAction(titles[fix.kind], vscode.CodeActionKind.QuickFix);
  made.edit = new vscode.WorkspaceEdit();
  for (const { place, text } of fix.edits) made.edit.replace(uri, rangeOf(place), text);
  return made;
}

/** For a function that is close to a published rule: the completions on which the two differ. */
function ruleFix({ sample: { runDir } }: LiveResult, { rule, scored }: Finding): vscode.CodeAction[] {
  // A case says which of the run's rewards is meant.
  if (rule === null || scored?.ofRun !== true) return [];
  const pin = { runDir, function: scored.name, rule: rule.rule };
  const title = vscode.l10n.t('Pin the {0} as Cases…', count(rule.count));
  return [action(title, vscode.CodeActionKind.QuickFix, 'rlvr.outputs.pinDisagreements', [pin])];
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

/** Where two versions were compared, and this function is another in them. */
function diffActions(
  { sample: { runDir } }: LiveResult,
  { name }: ScoredFunction,
  diffs: Pick<RewardDiffs, 'get'>,
): vscode.CodeAction[] {
  const diff = diffs.get(runDir);
  const changes = diff && changesOfFunction(diff.before, diff.after, name);
  if (changes === null || changes.length === 0) return [];
  const pin = { runDir, function: name };
  return [
    action(
      vscode.l10n.t('Pin Disagreements with the Version Before as Cases…'),
      vscode.CodeActionKind.Refactor,
      'rlvr.outputs.pinDisagreements',
      [pin],
    ),
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
