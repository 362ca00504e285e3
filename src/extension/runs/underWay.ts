/** What is under way, of which the status bar, the list, and the commands that stop something all speak. */
import type { ListedRun } from '../data/listMethods.ts';
import { isLive, type EngineHandle } from '../engine/engineHandle.ts';
import type { Engines } from '../engine/engines.ts';
import { isReadable, type ReadableRun } from './runNames.ts';
import type { RunStore } from './runStore.ts';

/** A run, or an engine without one in the list: it evaluates, or its run is yet to begin. */
export type Work =
  { readonly kind: 'run'; readonly run: ReadableRun } | { readonly kind: 'engine'; readonly handle: EngineHandle };

export type KnownEngines = Pick<Engines, 'handles' | 'ofRun'>;
export type KnownRuns = Pick<RunStore, 'runs' | 'get'>;

/** Whether a run is being written, by whomever, or an engine of this window is about to go on with it. */
export function isUnderWay(run: ListedRun, engines: Pick<Engines, 'ofRun'>): boolean {
  return isReadable(run) && (run.status === 'running' || engines.ofRun(run.dir) !== null);
}

export function runsUnderWay(store: Pick<RunStore, 'runs'>, engines: Pick<Engines, 'ofRun'>): readonly ReadableRun[] {
  return store.runs.filter(isReadable).filter((run) => isUnderWay(run, engines));
}

/** Engines with which no run of the list is under way, oldest first. */
export function enginesWithoutRun(store: KnownRuns, engines: KnownEngines): readonly EngineHandle[] {
  return engines.handles.filter(isLive).filter(({ runDir }) => {
    const run = runDir === null ? undefined : store.get(runDir);
    return run === undefined || !isReadable(run);
  });
}

/** All that is under way: runs as they are listed, then engines. */
export function workUnderWay(store: KnownRuns, engines: KnownEngines): readonly Work[] {
  return [
    ...runsUnderWay(store, engines).map((run): Work => ({ kind: 'run', run })),
    ...enginesWithoutRun(store, engines).map((handle): Work => ({ kind: 'engine', handle })),
  ];
}
