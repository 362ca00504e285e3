/** "Pin Disagreements as Cases…": some of the completions that two judges score differently become cases. */
import { resolve } from 'node:path';
import * as vscode from 'vscode';
import { completionTail, scoreText } from '../../engine/cases/caseTitle.ts';
import type { Verdict } from '../../engine/analysis/rewards/functionChange.ts';
import { UserError } from '../../engine/protocol/errors.ts';
import { count } from '../../engine/words/format.ts';
import type { PlacedCompletion } from '../data/caseMethods.ts';
import { pinInto } from './casesDocument.ts';
import type { Disagreement, Disagreements } from './disagreements.ts';
import { pickReward, storedInput, type PinNeeds } from './pinCase.ts';
import { caseOf } from './pinTarget.ts';

/** As many as anyone looks through. */
const MAX_SHOWN = 200;
const MESSAGE_MS = 5000;

type Needs = Pick<PinNeeds, 'data' | 'isFromHere'>;

interface Choice extends vscode.QuickPickItem {
  readonly disagreement: Disagreement;
  readonly completion: PlacedCompletion;
}

/** Asks which of them, and whose score is right. @throws UserError where there is nothing to pin */
export async function pinDisagreements(needs: Needs, runDir: string, between: Disagreements): Promise<void> {
  if (between.items.length === 0)
    throw new UserError(
      vscode.l10n.t('There is nothing to pin: {0} gives every completion the same score in both.', between.function),
    );
  const picked = await pickCompletions(needs, runDir, between);
  if (picked === undefined || picked.length === 0) return;
  const side = await pickSide(between);
  if (side === undefined) return;
  const expected = picked.flatMap(({ disagreement, completion }) => {
    const verdict = disagreement[side];
    return verdict === 'failed' ? [] : [{ disagreement, completion, expected: verdict }];
  });
  if (expected.length === 0)
    throw new UserError(vscode.l10n.t('It fails on all of these: there is no score to expect. Choose the other one.'));
  const [first] = expected;
  const reward = first && (await rewardFor(needs, runDir, first.completion, between.function));
  if (reward === undefined) return;
  const { config, baseDir, rewardFile } = reward;
  const cases = [];
  for (const { disagreement, completion, expected: score } of expected) {
    const { purpose, split } = disagreement.group;
    const target = { runDir, scope: { purpose, split }, key: completion.key };
    cases.push(caseOf(target, await storedInput(needs, target), { config, expected: score }));
  }
  const { written, same } = await pinInto(resolve(baseDir, rewardFile), cases);
  const failing = picked.length - expected.length;
  const words = [
    vscode.l10n.t('{0} pinned', count(written)),
    ...(same === 0 ? [] : [vscode.l10n.t('{0} were pinned already', count(same))]),
    ...(failing === 0 ? [] : [vscode.l10n.t('{0} left out: it fails on them', count(failing))]),
  ];
  void vscode.window.setStatusBarMessage(words.join(', '), MESSAGE_MS);
}

async function pickCompletions(
  { data }: Needs,
  runDir: string,
  { items, function: name, beforeName, afterName }: Disagreements,
): Promise<readonly Choice[] | undefined> {
  const shown = items.slice(0, MAX_SHOWN);
  const places = shown.map(({ group, place }) => ({ group, place }));
  const completions = await data.call('placedCompletions', { dir: runDir, places });
  const choices = shown.flatMap((disagreement, index): Choice[] => {
    const completion = completions[index];
    return completion === undefined || completion === null ? [] : [choiceOf(disagreement, completion)];
  });
  if (choices.length === 0) throw new UserError(vscode.l10n.t('The run has these outputs no more. Compare again.'));
  const rest = items.length - shown.length;
  return vscode.window.showQuickPick(choices, {
    canPickMany: true,
    title:
      rest === 0
        ? vscode.l10n.t('Pin cases of {0}: {1} → {2}', name, beforeName, afterName)
        : vscode.l10n.t(
            'Pin cases of {0}: {1} → {2} ({3} more are not listed)',
            name,
            beforeName,
            afterName,
            count(rest),
          ),
    placeHolder: vscode.l10n.t('Which completions are to be cases?'),
    matchOnDescription: true,
    matchOnDetail: true,
  });
}

function choiceOf(disagreement: Disagreement, completion: PlacedCompletion): Choice {
  const { group, before, after } = disagreement;
  const { task, row } = completion.problem;
  return {
    label: `${verdictText(before)} → ${verdictText(after)}`,
    // What a model wrote is no icon.
    description: completionTail(completion.text).replaceAll('$(', '$\u200b('),
    detail:
      task === null
        ? vscode.l10n.t('Problem {0}, step {1}', row, group.step)
        : vscode.l10n.t('Problem {0} of {1}, step {2}', row, task, group.step),
    disagreement,
    completion,
  };
}

function verdictText(verdict: Verdict): string {
  return verdict === 'failed' ? vscode.l10n.t('fails') : scoreText(verdict);
}

/** The newer one is offered first. */
async function pickSide({ beforeName, afterName }: Disagreements): Promise<'before' | 'after' | undefined> {
  const sides = [
    { label: vscode.l10n.t('The score after the arrow'), description: afterName, side: 'after' as const },
    { label: vscode.l10n.t('The score before the arrow'), description: beforeName, side: 'before' as const },
  ];
  const picked = await vscode.window.showQuickPick(sides, { placeHolder: vscode.l10n.t('Which score is right?') });
  return picked?.side;
}

/** The reward as the run names it; its file is where the cases are written beside. */
async function rewardFor(
  needs: Needs,
  runDir: string,
  { key, scope }: PlacedCompletion,
  name: string,
): ReturnType<typeof pickReward> {
  return pickReward(await storedInput(needs, { runDir, scope, key }), name);
}
