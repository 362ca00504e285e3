/** The commands that begin something: a run, its controls, a fork. */
import type { Command } from '../commands.ts';
import { exportRun } from '../runs/exportRun.ts';
import { forkRun } from '../runs/forkRun.ts';
import { namedRuns } from '../runs/pickRun.ts';
import { reportRun } from '../runs/reportRun.ts';
import type { Services } from '../services.ts';
import { askAboutClosing } from './lease.ts';
import { pickExperiment } from './pickExperiment.ts';
import { startControls } from './startControls.ts';
import { requireTrust, startExperiment } from './startTraining.ts';

export function trainingCommands(services: Services): Readonly<Record<string, Command>> {
  const { memory, panels } = services;
  return {
    startTraining: async (argument) => {
      requireTrust();
      const experiment = await pickExperiment(services, argument);
      if (experiment === undefined) return;
      await askAboutClosing(memory);
      await startExperiment(services, experiment);
      panels.openDashboard();
    },
    'run.fork': async (argument) => {
      for (const dir of namedRuns(argument)) await forkRun(services, dir);
    },
    'run.startControls': async (argument) => {
      const [dir = ''] = namedRuns(argument);
      await startControls(services, dir);
    },
    'run.export': async (argument) => {
      const [dir = ''] = namedRuns(argument);
      await exportRun(services, dir);
    },
    'run.report': async (argument) => {
      const [dir = ''] = namedRuns(argument);
      await reportRun(services, dir);
    },
  };
}
