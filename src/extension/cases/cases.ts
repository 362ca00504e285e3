/** Pinned cases in the editor: the door of this folder. */
import * as vscode from 'vscode';
import { groupOf } from '../../engine/cases/runCases.ts';
import type { PlacedCase } from '../../engine/protocol/rewardCases.ts';
import type { RewardConfig } from '../../engine/protocol/experiment.ts';
import type { GivenGroup } from '../../engine/protocol/scoring.ts';
import type { Disposable } from '../common/disposable.ts';
import type { Services } from '../services.ts';
import { CaseItems } from './caseItems.ts';
import { CaseRuns } from './caseRuns.ts';
import { debugCall } from './debugCall.ts';
import { callOfCase } from './fileCases.ts';
import { pickReward, pinCase, storedInput } from './pinCase.ts';
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

/** Debugs what a reward says of a completion. @param argument as above */
export async function debugScoreOf(services: Services, argument: unknown): Promise<void> {
  const { data, opened, panels } = services;
  const target = pinTarget(argument, panels.activeOutputsRun());
  if (target === null) return;
  const input = await storedInput({ data, isFromHere: (runDir) => opened.isFromHere(runDir) }, target);
  const reward = await pickReward(input, target.function);
  if (reward !== undefined) await debug(services, { ...reward, group: groupOfInput(input), index: input.index });
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
  const { index } = one;
  return debug(services, { ...callOfCase(file, one, services.folders()), group: groupOf(one), index });
}

interface Debugged {
  readonly rewardFile: string;
  readonly config: RewardConfig;
  readonly baseDir: string;
  readonly group: GivenGroup;
  readonly index: number;
}

function debug(services: Services, { rewardFile, config, baseDir, group, index }: Debugged): Promise<void> {
  const { engines, data, folders } = services;
  const { function: name, per, options } = config;
  const call = { file: rewardFile, baseDir, function: name, per, options, group, index };
  return debugCall({ data, folders, runtime: () => engines.runtime() }, call);
}
