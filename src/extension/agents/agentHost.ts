/** What the tools of agents need of the rest of the host. */
import type { RunPlaces } from '../../engine/analysis/agents/places.ts';
import type { RunData } from '../data/runData.ts';
import { stopRun } from '../runs/stopRun.ts';
import type { Services } from '../services.ts';
import { startExperiment } from '../training/startTraining.ts';
import { whenBegun, type Cancellation } from './startedByAgent.ts';

export interface AgentHost {
  readonly data: Pick<RunData, 'call'>;
  /** The runs that this window shows. */
  places(): RunPlaces;
  /** Folders whose experiments may be started. */
  projects(): readonly string[];
  /**
   * Resolves with the run's folder once it has begun, or with null where it waits for a free core; cancelled before, it is stopped.
   * Rejects with UserError where it cannot be started.
   */
  start(experimentPath: string, overrides: readonly string[], cancellation: Cancellation): Promise<string | null>;
  /** Resolves when nothing computes any more. Rejects with UserError where it cannot be stopped from here. */
  stop(runDir: string): Promise<void>;
}

export function agentHost(services: Services): AgentHost {
  const { data, folders, opened } = services;
  return {
    data,
    places: () => opened.places(),
    projects: folders,
    start: async (experimentPath, overrides, cancellation) =>
      whenBegun(await startExperiment(services, experimentPath, overrides), cancellation),
    stop: (runDir) => stopRun(services, runDir),
  };
}
