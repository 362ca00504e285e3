/** Start Controls: what a run's gain is held against, under the same seed and on the same problems. */
import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { controlOverride, seedOverrides } from '../../engine/protocol/plannedRuns.ts';
import { isReadable } from '../runs/runNames.ts';
import type { Services } from '../services.ts';
import { requireExperimentFile } from './experimentFile.ts';
import { askAboutClosing } from './lease.ts';
import { requireTrust, startExperiment } from './startTraining.ts';

/** With the run itself three, which is what it takes to speak of a recipe. */
const MORE_SEEDS = 2;

interface Control extends vscode.QuickPickItem {
  /** For each run to start, what is set. */
  readonly runs: readonly (readonly string[])[];
}

/**
 * Asks which, and starts them: the machine's queue has them one after another. They are of what the experiment file says now.
 * Rejects with UserError where that has gone or is wrong.
 */
export async function startControls(services: Services, runDir: string): Promise<void> {
  const { data, memory, store } = services;
  requireTrust();
  const run = store.get(runDir);
  if (run === undefined || !isReadable(run)) return;
  const { experimentPath: path } = run;
  requireExperimentFile(path);
  const seeds = await data.call('seedsOf', { dir: runDir });
  const changed = await data.call('sinceLastRun', { dir: runDir, text: await readFile(path, 'utf8'), path });
  const picked = await vscode.window.showQuickPick(controlsOf(seeds), {
    title: vscode.l10n.t('Controls of the experiment as its file is now ({0})', changed),
    placeHolder: vscode.l10n.t('Start which? They run one after another'),
    canPickMany: true,
  });
  if (picked === undefined || picked.length === 0) return;
  await askAboutClosing(memory);
  for (const overrides of picked.flatMap(({ runs }) => runs)) await startExperiment(services, path, overrides);
}

function controlsOf({ seed, parts }: { readonly seed: number; readonly parts: readonly string[] }): Control[] {
  const own = seedOverrides(seed, parts);
  return [
    {
      label: vscode.l10n.t('Random Reward'),
      detail: vscode.l10n.t('Trains on a reward of 1 or 0 by chance: what is gained with it no reward has taught.'),
      runs: [[...own, controlOverride('random-reward')]],
    },
    {
      label: vscode.l10n.t('No Training'),
      detail: vscode.l10n.t('Measures the policy as it is before the first step.'),
      runs: [[...own, controlOverride('no-training')]],
    },
    {
      label: vscode.l10n.t('Two More Seeds'),
      detail: vscode.l10n.t('Repeats the experiment: three seeds are what it takes to speak of a recipe.'),
      runs: Array.from({ length: MORE_SEEDS }, (_, index) => seedOverrides(seed + 1 + index, parts)),
    },
  ];
}
