/** Pinned cases in the editor: the door of this folder. */
import { basename } from 'node:path';
import * as vscode from 'vscode';
import { z } from 'zod';
import { groupOf } from '../../engine/cases/runCases.ts';
import { UserError } from '../../engine/protocol/errors.ts';
import { rewardName } from '../../engine/protocol/experimentChecks.ts';
import type { PlacedCase } from '../../engine/protocol/rewardCases.ts';
import type { RewardConfig } from '../../engine/protocol/experiment.ts';
import type { GivenGroup } from '../../engine/protocol/scoring.ts';
import { plural } from '../../engine/words/format.ts';
import type { Disposable } from '../common/disposable.ts';
import type { Services } from '../services.ts';
import { CaseItems } from './caseItems.ts';
import { CaseRuns } from './caseRuns.ts';
import { debugCall } from './debugCall.ts';
import { callOfCase } from './fileCases.ts';
import { ruleDisagreements, versionDisagreements, type Disagreements } from './disagreements.ts';
import { pickReward, pinCase, storedInput } from './pinCase.ts';
import { pinDisagreements } from './pinDisagreements.ts';
import { groupOfInput, pinTarget } from './pinTarget.ts';

/** Pins a completion. @param argument from Outputs' menu, or a `PinTarget` */
export async function pinCaseOf(
  { data, opened, panels, scoreCases: score }: Services,
  argument: unknown,
): Promise<void> {
  const target = pinTarget(argument, panels.activeOutputsRun());
  const isFromHere = (runDir: string): boolean => opened.isFromHere(runDir);
  if (target !== null) await pinCase({ data, score, isFromHere }, target);
}

const disagreementArguments = z.object({
  runDir: z.string(),
  /** The reward by its name; left out where the person is to say. */
  function: z.string().optional(),
  /** The published rule that it is held against; left out where two versions of it were compared. */
  rule: z.string().optional(),
});

/** Pins completions on which two judges disagree. @param argument a run with a comparison, or the function and rule that live scores found */
export async function pinDisagreementsOf(services: Services, argument: unknown): Promise<void> {
  const asked = disagreementArguments.safeParse(argument).data;
  if (asked === undefined) return;
  const { runDir } = asked;
  const { data, opened } = services;
  const found =
    asked.rule === undefined
      ? await betweenVersions(services, runDir, asked.function)
      : betweenRule(services, { runDir, name: asked.function ?? '', rule: asked.rule });
  if (found !== undefined) await pinDisagreements({ data, isFromHere: (dir) => opened.isFromHere(dir) }, runDir, found);
}

/** undefined where the person chose none. */
async function betweenVersions(
  { diffs, data }: Services,
  runDir: string,
  name: string | undefined,
): Promise<Disagreements | undefined> {
  const diff = diffs.get(runDir);
  if (diff === null)
    throw new UserError(vscode.l10n.t('No two versions are compared. Save the reward file to compare it.'));
  const judges = { beforeName: vscode.l10n.t('as it was'), afterName: vscode.l10n.t('the new version') };
  const { rewards } = await data.call('runRewards', { dir: runDir });
  const names = rewards.filter(({ file }) => file !== undefined).map(rewardName);
  const all = names
    .filter((candidate) => name === undefined || candidate === name)
    .map((candidate) => versionDisagreements(diff, candidate, judges));
  const differing = all.filter(({ items }) => items.length > 0);
  if (differing.length > 1) return pickFunction(differing);
  const [only] = [...differing, ...all];
  if (only === undefined)
    throw new UserError(
      vscode.l10n.t('This run has only built-in rewards, which have no file that cases could lie beside.'),
    );
  return only;
}

async function pickFunction(differing: readonly Disagreements[]): Promise<Disagreements | undefined> {
  const items = differing.map((one) => ({
    label: one.function,
    description: plural(one.items.length, 'completion'),
    one,
  }));
  return (await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t('Of which reward function?') }))?.one;
}

function betweenRule(
  { live: { live } }: Services,
  { runDir, name, rule }: { readonly runDir: string; readonly name: string; readonly rule: string },
): Disagreements {
  const { result } = live;
  if (result?.sample.runDir !== runDir)
    throw new UserError(vscode.l10n.t('The reward file is scored no more. Open it, and try again.'));
  return ruleDisagreements(result, name, rule, { beforeName: rule, afterName: name });
}

/** Debugs what a reward says of a completion. @param argument as above */
export async function debugScoreOf(services: Services, argument: unknown): Promise<void> {
  const { data, opened, panels } = services;
  const target = pinTarget(argument, panels.activeOutputsRun());
  if (target === null) return;
  const input = await storedInput({ data, isFromHere: (runDir) => opened.isFromHere(runDir) }, target);
  const reward = await pickReward(input, target.function);
  if (reward !== undefined) {
    const { runDir } = target;
    await debug(services, { ...reward, group: groupOfInput(input), index: input.index, runDir });
  }
}

/** The cases of the workspace in the Testing view. */
export function registerCases(services: Services): Disposable {
  const { folders, scoreCases } = services;
  const controller = vscode.tests.createTestController('rlvr.cases', vscode.l10n.t('RLVR Reward Cases'));
  const items = new CaseItems(controller);
  const runs = new CaseRuns({
    controller,
    items,
    folders,
    score: scoreCases,
    debug: (file, one) => debugCase(services, file, one),
  });
  return vscode.Disposable.from(controller, items, runs);
}

function debugCase(services: Services, file: string, one: PlacedCase): Promise<void> {
  const { index, from } = one;
  // Where the completion comes from is there, or was on another machine.
  const run = from === null ? undefined : services.store.runs.find(({ dir }) => basename(dir) === from.run);
  const call = callOfCase(file, one, services.folders());
  return debug(services, { ...call, group: groupOf(one), index, runDir: run?.dir ?? null });
}

interface Debugged {
  readonly rewardFile: string;
  readonly config: RewardConfig;
  readonly baseDir: string;
  readonly group: GivenGroup;
  readonly index: number;
  /** null where the completion is of no run that is known here. */
  readonly runDir: string | null;
}

function debug(services: Services, { rewardFile, config, baseDir, group, index, runDir }: Debugged): Promise<void> {
  const { engines, data, folders } = services;
  const { function: name, per, options } = config;
  const call = { file: rewardFile, baseDir, function: name, per, options, group, index };
  return debugCall({ data, folders, runtime: () => engines.runtime() }, call, runDir);
}
