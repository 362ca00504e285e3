/** "Pin as Reward Case…": a completion becomes an expected score. */
import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import * as vscode from 'vscode';
import { scoreText } from '../../engine/cases/caseTitle.ts';
import type { ScoreGroups } from '../../engine/cases/runCases.ts';
import type { RewardResult } from '../../engine/protocol/completion.ts';
import { UserError } from '../../engine/protocol/errors.ts';
import type { RewardConfig } from '../../engine/protocol/experiment.ts';
import { rewardName } from '../../engine/protocol/experimentChecks.ts';
import type { ExpectedScore } from '../../engine/protocol/rewardCases.ts';
import type { StoredInput } from '../data/caseMethods.ts';
import type { RunData } from '../data/runData.ts';
import { pinInto } from './casesDocument.ts';
import { caseOf, groupOfInput, parseExpected, type PinTarget } from './pinTarget.ts';

export interface PinNeeds {
  readonly data: RunData;
  readonly score: ScoreGroups;
  /** Whether the files that a run names are this window's. */
  readonly isFromHere: (runDir: string) => boolean;
}

/** Asks for what the target leaves open; a case that is pinned already is only shown. */
export async function pinCase(needs: PinNeeds, target: PinTarget): Promise<void> {
  const input = await storedInput(needs, target);
  const reward = await pickReward(input, target.function);
  if (reward === undefined) return;
  const { baseDir, config, rewardFile } = reward;
  const asItIsNow = (): Promise<ExpectedScore> => scoreNow(needs.score, reward, input);
  const expected =
    target.expected === undefined
      ? await askExpected(rewardName(config), input.recorded[rewardName(config)], asItIsNow)
      : target.expected;
  if (expected === undefined) return;
  const { written } = await pinInto(resolve(baseDir, rewardFile), [caseOf(target, input, { config, expected })]);
  if (written === 0) void vscode.window.setStatusBarMessage(vscode.l10n.t('This case is pinned already.'), MESSAGE_MS);
}

const MESSAGE_MS = 5000;

/** A completion with what its rewards are given, of a run whose reward files are this window's. */
export async function storedInput(
  { data, isFromHere }: Pick<PinNeeds, 'data' | 'isFromHere'>,
  { runDir, scope, key }: PinTarget,
): Promise<StoredInput> {
  if (!isFromHere(runDir))
    throw new UserError(
      vscode.l10n.t(
        'This run lies in no folder of this window, and neither do its reward files. Open its folder first.',
      ),
    );
  const input = await data.call('storedInput', { dir: runDir, ...scope, key });
  if (input === null) throw new UserError(vscode.l10n.t('The run has no such output any more.'));
  return input;
}

export interface PickedReward {
  readonly config: RewardConfig;
  readonly baseDir: string;
  /** Absolute. */
  readonly rewardFile: string;
}

/**
 * The reward of a name, or the one that the person picks where there are several with a file.
 * @throws UserError where there is no such reward, or it has no file
 */
export async function pickReward(input: StoredInput, name: string | undefined): Promise<PickedReward | undefined> {
  const baseDir = dirname(input.experimentPath);
  const own = input.rewards.flatMap((config) =>
    config.file === undefined ? [] : [{ config, baseDir, rewardFile: resolve(baseDir, config.file) }],
  );
  if (own.length === 0)
    throw new UserError(
      vscode.l10n.t('This run has only built-in rewards, which have no file that cases could lie beside.'),
    );
  const picked =
    name === undefined
      ? await pick(own)
      : own.find(({ config }) => [rewardName(config), config.function].includes(name));
  if (picked === undefined && name !== undefined)
    throw new UserError(vscode.l10n.t('The run has no reward function {0} with a file of its own.', name));
  if (picked !== undefined && !existsSync(picked.rewardFile))
    throw new UserError(vscode.l10n.t('{0} is not there any more.', picked.rewardFile));
  return picked;
}

async function pick(rewards: readonly PickedReward[]): Promise<PickedReward | undefined> {
  const [only, ...others] = rewards;
  if (others.length === 0) return only;
  const items = rewards.map((reward) => ({
    label: rewardName(reward.config),
    description: vscode.workspace.asRelativePath(reward.rewardFile),
    reward,
  }));
  const picked = await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t('Of which reward function?') });
  return picked?.reward;
}

interface ExpectedItem extends vscode.QuickPickItem {
  readonly expected: number | 'error' | 'other' | 'now';
}

async function askExpected(
  name: string,
  recorded: RewardResult | undefined,
  asItIsNow: () => Promise<ExpectedScore>,
): Promise<ExpectedScore | undefined> {
  const had = recorded && 'value' in recorded ? vscode.l10n.t('the run has {0}', scoreText(recorded.value)) : undefined;
  const items: ExpectedItem[] = [
    { label: vscode.l10n.t('Should be 1'), expected: 1 },
    { label: vscode.l10n.t('Should be 0'), expected: 0 },
    { label: vscode.l10n.t('Another value…'), expected: 'other' },
    { label: vscode.l10n.t('Should throw an error'), expected: 'error' },
  ];
  // To know it, the reward is run.
  if (vscode.workspace.isTrusted) items.push({ label: vscode.l10n.t('As it is now'), expected: 'now' });
  const title = vscode.l10n.t('Pin a case of {0}', name);
  const picked = await vscode.window.showQuickPick(items, {
    title,
    placeHolder: had ?? vscode.l10n.t('What should the score be?'),
  });
  if (picked === undefined) return undefined;
  if (picked.expected === 'now') return asItIsNow();
  return picked.expected === 'other' ? askValue(title) : picked.expected;
}

async function askValue(title: string): Promise<number | null | undefined> {
  const typed = await vscode.window.showInputBox({
    title,
    prompt: vscode.l10n.t('The score that it should be; nothing where the reward should not apply'),
    validateInput: (text) =>
      parseExpected(text) === undefined
        ? vscode.l10n.t('A number, or nothing where the reward should not apply')
        : null,
  });
  return typed === undefined ? undefined : parseExpected(typed);
}

async function scoreNow(
  score: ScoreGroups,
  { config, baseDir }: PickedReward,
  input: StoredInput,
): Promise<ExpectedScore> {
  const [results = []] = await score({ config, baseDir }, [groupOfInput(input)]);
  const now = results[input.index];
  if (now !== undefined && 'value' in now) return now.value;
  if (now?.error.kind === 'threw') return 'error';
  const why = now?.error.message ?? vscode.l10n.t('it gave no score');
  throw new UserError(vscode.l10n.t('It fails now, and no case can expect that ({0}). Pin what it should be.', why));
}
