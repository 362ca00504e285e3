/** What an engine does with a run: it is stopped, held, resumed and evaluated. */
import * as vscode from 'vscode';
import { UserError } from '../../engine/protocol/errors.ts';
import type { Command } from '../commands.ts';
import type { EngineHandle } from '../engine/engineHandle.ts';
import type { Services } from '../services.ts';
import { requireTrust } from '../training/startTraining.ts';
import { agreeToRunCode } from './agreeToRunCode.ts';
import { chooseRun, listedRun } from './chooseRun.ts';
import { pickPolicies } from './pickPolicies.ts';
import { namedRuns, pickWork } from './pickRun.ts';
import { pickSplit } from './pickSplit.ts';
import { fullName, type ReadableRun } from './runNames.ts';
import { stopRun } from './stopRun.ts';
import { swapRewards } from './swapRewards.ts';
import { isUnderWay, workUnderWay, type Work } from './underWay.ts';

export function engineCommands(services: Services): Readonly<Record<string, Command>> {
  const { store, selection, engines, panels, opened } = services;

  const stop = async (work: Work): Promise<void> => {
    if (work.kind === 'engine') await work.handle.stop();
    else await stopRun(services, work.run.dir);
    await store.refresh();
  };

  const stopSomething = async (): Promise<void> => {
    await store.refresh();
    const works = workUnderWay(store, engines);
    if (works.length === 0) throw new UserError(vscode.l10n.t('Nothing is running.'));
    const [only, ...others] = works;
    const chosen = others.length === 0 ? only : await pickWork(works, store, vscode.l10n.t('What is to stop?'));
    if (chosen !== undefined) await stop(chosen);
  };

  const engineOf = (argument: unknown): EngineHandle | null => {
    const [dir = ''] = namedRuns(argument);
    return engines.ofRun(dir);
  };

  const resume = async (argument: unknown): Promise<void> => {
    requireTrust();
    const run = await chooseRun(store, argument, {
      fits: (one) => (one.status === 'stopped' || one.status === 'failed') && !isUnderWay(one, engines),
      placeHolder: vscode.l10n.t('Which run is to go on?'),
      none: vscode.l10n.t('No run is stopped. A finished one can be forked from a checkpoint, in the Runs view.'),
    });
    if (run === undefined || !(await agreeToRunCode(opened, run))) return;
    await engines.start({ kind: 'resume', runDir: run.dir });
    selection.select(run.dir);
    panels.openDashboard();
    await store.refresh();
  };

  const evaluate = async (run: ReadableRun): Promise<void> => {
    requireTrust();
    const split = await pickSplit(vscode.l10n.t('Evaluate {0} on', fullName(run)));
    if (split === undefined) return;
    const checkpoints = await pickPolicies(services, run);
    if (checkpoints.length === 0 || !(await agreeToRunCode(opened, run))) return;
    await engines.start({ kind: 'evaluate', path: run.dir, split, overrides: [], checkpoints });
    selection.select(run.dir);
    panels.openDashboard();
  };

  return {
    stopTraining: stopSomething,
    resumeRun: resume,
    evaluateModel: async () => {
      const run = await chooseRun(store, undefined, {
        fits: (one) => one.lastStep !== null && !isUnderWay(one, engines),
        placeHolder: vscode.l10n.t('Evaluate the policies of which run?'),
        none: vscode.l10n.t('There is no run to evaluate yet. Start one: its first evaluation is the untrained model.'),
      });
      if (run) await evaluate(run);
    },
    'run.stop': async (argument) => {
      if (isEngineNode(argument)) await engines.handles.find(({ id }) => id === argument.handle.id)?.stop();
      else for (const dir of namedRuns(argument)) await stopRun(services, dir);
      await store.refresh();
    },
    'run.pause': (argument) => engineOf(argument)?.pause(),
    'run.continue': (argument) => {
      requireTrust();
      engineOf(argument)?.continue();
    },
    'run.swapRewards': async (argument) => {
      for (const dir of namedRuns(argument)) await swapRewards(services, dir);
    },
    'run.resume': resume,
    'run.evaluate': async (argument) => {
      for (const dir of namedRuns(argument)) await evaluate(listedRun(store, dir));
    },
  };
}

function isEngineNode(value: unknown): value is { readonly handle: { readonly id: string } } {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'engine' && 'handle' in value;
}
