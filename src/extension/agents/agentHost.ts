/** What the tools of agents need of the rest of the host. */
import { UserError } from '../../engine/protocol/errors.ts';
import type { RunPlaces } from '../../engine/analysis/agents/places.ts';
import type { RunData } from '../data/runData.ts';
import type { EngineHandle } from '../engine/engineHandle.ts';
import { stopForeignRun } from '../engine/foreignRun.ts';
import type { Services } from '../services.ts';
import { startExperiment } from '../training/startTraining.ts';

export interface AgentHost {
  readonly data: Pick<RunData, 'call'>;
  /** The runs that this window shows. */
  places(): RunPlaces;
  /** Folders whose experiments may be started. */
  projects(): readonly string[];
  /** Resolves with the run's folder once it has begun. Rejects with UserError where it cannot be started. */
  start(experimentPath: string, overrides: readonly string[]): Promise<string>;
  /** Resolves when nothing computes any more. Rejects with UserError where it cannot be stopped from here. */
  stop(runDir: string): Promise<void>;
}

export function agentHost(services: Services): AgentHost {
  const { data, engines, folders, opened } = services;
  return {
    data,
    places: () => opened.places(),
    projects: folders,
    start: async (experimentPath, overrides) => begun(await startExperiment(services, experimentPath, overrides)),
    stop: async (runDir) => {
      const handle = engines.ofRun(runDir);
      if (handle !== null && handle.state.state !== 'ended') {
        await handle.stop();
        return;
      }
      const { status } = await data.call('runState', { dir: runDir });
      const writer = status === 'running' ? await data.call('writer', { dir: runDir }) : null;
      if (writer === null) throw new UserError('This run is not running, so there is nothing to stop.');
      stopForeignRun(writer);
    },
  };
}

/** The folder of the run of an engine that was just started. */
async function begun(handle: EngineHandle): Promise<string> {
  const folder = new Promise<string>((resolve) => {
    const listener = handle.onDidChange(() => look());
    const look = (): void => {
      if (handle.runDir === null) return;
      listener.dispose();
      resolve(handle.runDir);
    };
    look();
    void handle.ended.then(() => listener.dispose());
  });
  const end = handle.ended.then(({ message }) => {
    if (handle.runDir !== null) return handle.runDir;
    throw new UserError(message ?? 'The training was stopped before there was a run.');
  });
  return Promise.race([folder, end]);
}
