/** Sweeps of this window: their runs are started one after another, for as long as the window is open. */
import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { Sweep } from '../../engine/analysis/sweep/planSweep.ts';
import { countFinished, isUnderWay, type SweepRun } from '../../engine/analysis/sweep/sweepRuns.ts';
import { UserError } from '../../engine/protocol/errors.ts';
import type { PlannedSweep } from '../data/sweepMethods.ts';
import type { EngineHandle } from '../engine/engineHandle.ts';
import { rootOf, runsDirOf } from '../runs/roots.ts';
import type { Services } from '../services.ts';
import { readExperiment } from '../training/experimentFile.ts';
import { askAboutClosing } from '../training/lease.ts';
import { requireTrust, saveEdits, startWork } from '../training/startTraining.ts';
import { roundOf, runsOfSweep } from './runsOfSweep.ts';
import { trainedHere } from './trainedHere.ts';
import { trainMembers } from './trainMembers.ts';

/**
 * Starts the first run of a sweep that is not finished, and when it has ended the next.
 * Rejects with UserError where the file, one of its runs, the workspace or the machine does not let it.
 * @param anew trains all of its runs again, beside those of before
 */
export async function startSweep(services: Services, path: string, anew = false): Promise<void> {
  const { data, folders, memory, panels, store } = services;
  requireTrust();
  await saveEdits(rootOf(path, folders()));
  const { sweep: asWritten, experimentPath } = await planned(services, path);
  if (anew && !(await agreesToTrainAgain(asWritten))) return;
  const { id, name } = asWritten;
  const runsDir = runsDirOf(experimentPath, folders());
  if (trainedHere.has(id) || !(await data.call('takeSweep', { runsDir, id })))
    throw new UserError(vscode.l10n.t('{0} is under way already, here, in another window or in a terminal.', name));
  trainedHere.add(id);
  try {
    await askAboutClosing(memory);
    const [first] = asWritten.members;
    const { rewards } = await readExperiment(experimentPath, first?.overrides ?? []);
    const { checkCasesBeforeStart } = await import('../cases/casesBeforeStart.ts');
    await checkCasesBeforeStart(services, { path: experimentPath, rewards });
    panels.openDashboard();
    await store.refresh();
    const sweep = roundOf(store, asWritten, anew);
    const wholly = await trainMembers(sweep.members, {
      runOf: ({ membership: { member } }) => runsOfSweep(store, sweep).get(member),
      train: async ({ overrides, membership }, run) => {
        if (run === undefined || !isUnderWay(run)) await requireSame(services, path, id);
        const handle = await (run === undefined
          ? startWork(services, {
              kind: 'train',
              experimentPath,
              overrides: [...overrides],
              runsDir,
              sweep: membership,
              beside: Array.from(runsOfSweep(store, sweep).values(), ({ dir }) => dir),
            })
          : isUnderWay(run)
            ? engineOf(services, run)
            : startWork(services, { kind: 'resume', runDir: run.dir }));
        const { outcome } = await handle.ended;
        await store.refresh();
        return outcome;
      },
    });
    if (wholly) await tellEnd(services, sweep);
  } finally {
    trainedHere.delete(id);
    await data.call('releaseSweep', { id });
  }
}

/** What works on a run already: an engine that went on when its window was closed. */
async function engineOf({ engines }: Services, { dir }: SweepRun): Promise<EngineHandle> {
  await engines.attachAll();
  const handle = engines.ofRun(dir);
  if (handle !== null) return handle;
  throw new UserError(
    vscode.l10n.t('Another process trains {0}, a run of this sweep. Wait for it, or stop it there.', dir),
  );
}

async function agreesToTrainAgain({ name, members }: Sweep): Promise<boolean> {
  const train = vscode.l10n.t('Train All Again');
  const message = vscode.l10n.t('Train all {0} runs of {1} again?', members.length, name);
  const detail = vscode.l10n.t('Those of before are kept, and the sweep goes on with the new ones.');
  return (await vscode.window.showWarningMessage(message, { modal: true, detail }, train)) === train;
}

async function planned({ data }: Services, path: string): Promise<PlannedSweep> {
  return data.call('planSweep', { path, text: await readFile(path, 'utf8') });
}

/** The rest of an edited sweep would be of another one. */
async function requireSame(services: Services, path: string, id: string): Promise<void> {
  const { sweep } = await planned(services, path);
  if (sweep.id === id) return;
  throw new UserError(
    vscode.l10n.t(
      '{0} or its experiment changed while its runs were trained: the rest would be another sweep. Start it as it is now, or restore it.',
      path,
    ),
  );
}

/** Whoever looks on sees it end. */
async function tellEnd({ panels, store }: Services, sweep: Sweep): Promise<void> {
  if (vscode.window.state.focused) return;
  const runs = [...runsOfSweep(store, sweep).values()];
  const compare = vscode.l10n.t('Compare');
  const message = vscode.l10n.t(
    '{0}: {1} of {2} runs finished.',
    sweep.name,
    countFinished(runs),
    sweep.members.length,
  );
  const picked = await vscode.window.showInformationMessage(message, compare);
  if (picked === compare) panels.openCompare(runs.map(({ dir }) => dir));
}
