/** Pinned cases are run before a start. Whoever starts hears of those that fail, and is not kept from it. */
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import {
  describeTrouble,
  troubledCases,
  type CaseTrouble,
  type StartedExperiment,
} from '../../engine/cases/startCheck.ts';
import { rootOf } from '../runs/roots.ts';
import type { Services } from '../services.ts';
import { showCase } from './casesDocument.ts';

/** Milliseconds that a start waits for the verdict; a later one is told of all the same. */
const PATIENCE_MS = 1500;

/** Resolves when the cases were run, or have taken longer than a start waits. Never rejects. */
export async function checkCasesBeforeStart(
  { scoreCases: score, folders, log }: Pick<Services, 'scoreCases' | 'folders' | 'log'>,
  experiment: StartedExperiment,
): Promise<void> {
  const report = (error: unknown): void => log.channel.warn(error instanceof Error ? error.message : String(error));
  const checked = troubledCases(experiment, rootOf(experiment.path, folders()), score).then(
    // The answer is nothing to wait for.
    (troubles) => void tell(troubles).catch(report),
    report,
  );
  await Promise.race([checked, sleep(PATIENCE_MS, undefined, { ref: false })]);
}

async function tell(troubles: readonly CaseTrouble[]): Promise<void> {
  const [first] = troubles;
  if (first === undefined) return;
  const show = vscode.l10n.t('Show');
  const message = vscode.l10n.t('{0} The run starts all the same.', troubles.map(describeTrouble).join(' '));
  if ((await vscode.window.showWarningMessage(message, show)) !== show) return;
  await showCase(vscode.Uri.file(first.casesFile), first.first ?? 0);
}
