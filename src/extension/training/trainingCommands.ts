/** The commands that begin something: a run, an evaluation, a fork. */
import type { Command } from '../commands.ts';
import { exportRun } from '../runs/exportRun.ts';
import { forkRun } from '../runs/forkRun.ts';
import { runsOf } from '../runs/pickRun.ts';
import type { Services } from '../services.ts';
import { askAboutClosing } from './lease.ts';
import { pickExperiment } from './pickExperiment.ts';
import { requireTrust, startExperiment } from './startTraining.ts';

export function trainingCommands(services: Services): Readonly<Record<string, Command>> {
  const { memory, panels, selection } = services;
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
      for (const dir of runsOf(argument)) await forkRun(services, dir);
    },
    'run.export': async (argument) => {
      const [dir = selection.current] = runsOf(argument);
      if (dir !== null) await exportRun(services, dir);
    },
  };
}
