/** What the title bar, the lightbulb and the menu of a reward file call. */
import { basename } from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../../engine/protocol/errors.ts';
import type { Command } from '../commands.ts';
import type { Services } from '../services.ts';
import { caseTarget, type LiveResult } from './liveResult.ts';
import { rangeOf } from './places.ts';

/** By what follows `rlvr.` in their names. */
export function liveCommands({
  live: { live, environment },
  memory,
  panels,
  selection,
}: Services): Readonly<Record<string, Command>> {
  const turn = (on: boolean): void => {
    memory.liveScores = on;
    live.switch(on);
    tellSwitch(on);
  };
  const show = (completion: number): void => {
    const sample = live.result?.sample;
    const sampled = sample?.completions[completion];
    const group = sampled && sample.groups[sampled.group];
    if (sample === undefined || group === undefined) return;
    const { purpose, split, problem, step } = group;
    selection.select(sample.runDir);
    panels.revealOutputs({ scope: { purpose, split }, problem, step });
  };
  return {
    'live.on': () => turn(true),
    'live.off': () => turn(false),
    'live.refresh': () => live.refresh(),
    'live.showCompletion': (completion) => {
      if (typeof completion === 'number') show(completion);
    },
    'live.showWorst': (name) => {
      const worst = worstOf(live.result, typeof name === 'string' ? name : null);
      if (worst === null) throw new UserError(vscode.l10n.t('The function has no scores yet.'));
      show(worst);
    },
    'live.pin': () => onRead(live.result, 'rlvr.outputs.pinCase'),
    'live.debug': () => onRead(live.result, 'rlvr.outputs.debugScore'),
    'live.swap': () => vscode.commands.executeCommand('rlvr.run.swapRewards', live.result?.sample.runDir),
    'live.startTraining': async () => {
      const { rewardFile } = live;
      const uses = rewardFile === null ? [] : await environment.usesOf(rewardFile);
      await startTrainingWith(rewardFile, [...new Set(uses.map(({ experimentPath }) => experimentPath))]);
    },
  };
}

/** Starts the experiment that names a file; the person says which where several do, and is offered a new one where none does. */
async function startTrainingWith(rewardFile: string | null, experiments: readonly string[]): Promise<void> {
  const start = (path: string): Thenable<unknown> =>
    vscode.commands.executeCommand('rlvr.startTraining', vscode.Uri.file(path));
  const [only, ...others] = experiments;
  if (only !== undefined && others.length === 0) {
    await start(only);
    return;
  }
  if (only !== undefined) {
    const items = experiments.map((path) => ({ label: vscode.workspace.asRelativePath(path), path }));
    const picked = await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t('Start which experiment?') });
    if (picked !== undefined) await start(picked.path);
    return;
  }
  const make = vscode.l10n.t('New Experiment…');
  const choose = vscode.l10n.t('Choose Another…');
  const picked = await vscode.window.showInformationMessage(
    rewardFile === null
      ? vscode.l10n.t('No reward file was in front yet.')
      : vscode.l10n.t('No experiment names {0} yet.', basename(rewardFile)),
    make,
    choose,
  );
  if (picked === make) await vscode.commands.executeCommand('rlvr.newExperiment');
  if (picked === choose) await vscode.commands.executeCommand('rlvr.startTraining');
}

/** Calls a command with the completion that is read, and the function under the cursor, or else the first. */
async function onRead(result: LiveResult | null, command: string): Promise<void> {
  const cursor = vscode.window.activeTextEditor?.selection.active;
  const under = result?.functions.find(({ found }) => cursor && rangeOf(found.place).contains(cursor));
  const scored = under ?? result?.functions[0];
  const watched = result?.watched ?? null;
  const target = result && watched !== null ? caseTarget(result, watched, scored) : null;
  if (target === null)
    throw new UserError(
      vscode.l10n.t(
        'There is no completion for it yet. Train with this reward first, then read a completion in Outputs.',
      ),
    );
  await vscode.commands.executeCommand(command, target);
}

/** For the title bar, which shows the one of the two that can be done. */
export function tellSwitch(on: boolean): void {
  void vscode.commands.executeCommand('setContext', 'rlvr.liveScores', on);
}

/** Index of the completion with the lowest score; of the first function unless one is named. */
function worstOf(result: LiveResult | null, name: string | null): number | null {
  const scored = result?.functions.find((candidate) => name === null || candidate.name === name);
  if (scored === undefined) return null;
  let worst: number | null = null;
  for (const [index, value] of scored.values.entries())
    if (!Number.isNaN(value) && (worst === null || value < (scored.values[worst] ?? Infinity))) worst = index;
  return worst;
}
