/** Sweeps of this window: their runs are started one after another, for as long as the window is open. */
import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { Sweep } from '../../engine/analysis/sweep/planSweep.ts';
import { UserError } from '../../engine/protocol/errors.ts';
import type { PlannedSweep } from '../data/sweepMethods.ts';
import { rootOf, runsDirOf } from '../runs/roots.ts';
import type { Services } from '../services.ts';
import { readExperiment } from '../training/experimentFile.ts';
import { askAboutClosing } from '../training/lease.ts';
import { requireTrust, saveEdits, startWork } from '../training/startTraining.ts';
import { countFinished, identityOf, runsOfSweep } from './runsOfSweep.ts';
import { trainMembers } from './trainMembers.ts';

/** Those that go on, by what their runs record. */
const underWay = new Set<string>();

/**
 * Starts the first run of a sweep that is not finished, and when it has ended the next.
 * Rejects with UserError where the file, one of its runs, the workspace or the machine does not let it.
 */
export async function startSweep(services: Services, path: string): Promise<void> {
  const { folders, memory, panels, store } = services;
  requireTrust();
  await saveEdits(rootOf(path, folders()));
  const { sweep, experimentPath } = await planned(services, path);
  const id = identityOf(sweep);
  if (underWay.has(id)) throw new UserError(vscode.l10n.t('{0} is under way already.', sweep.name));
  await askAboutClosing(memory);
  const [first] = sweep.members;
  const { rewards } = await readExperiment(experimentPath, first?.overrides ?? []);
  const { checkCasesBeforeStart } = await import('../cases/casesBeforeStart.ts');
  await checkCasesBeforeStart(services, { path: experimentPath, rewards });
  panels.openDashboard();
  underWay.add(id);
  try {
    await store.refresh();
    const wholly = await trainMembers(sweep.members, {
      runOf: ({ membership: { member } }) => runsOfSweep(store, sweep).get(member),
      train: async ({ overrides, membership }, run) => {
        await requireSame(services, path, id);
        const handle = await startWork(
          services,
          run === undefined
            ? {
                kind: 'train',
                experimentPath,
                overrides: [...overrides],
                runsDir: runsDirOf(experimentPath, folders()),
                sweep: membership,
              }
            : { kind: 'resume', runDir: run.dir },
        );
        const { outcome } = await handle.ended;
        await store.refresh();
        return outcome;
      },
    });
    if (wholly) await tellEnd(services, sweep);
  } finally {
    underWay.delete(id);
  }
}

async function planned({ data }: Services, path: string): Promise<PlannedSweep> {
  return data.call('planSweep', { path, text: await readFile(path, 'utf8') });
}

/** The rest of an edited sweep would be of another one. */
async function requireSame(services: Services, path: string, id: string): Promise<void> {
  const { sweep } = await planned(services, path);
  if (identityOf(sweep) === id) return;
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
