/** Runs and engines as the host knows them, of which a test says what matters to it. */
import type { ListedRun } from '../../src/extension/data/listMethods.ts';
import type { EngineHandle, EngineState } from '../../src/extension/engine/engineHandle.ts';
import type { ReadableRun } from '../../src/extension/runs/runNames.ts';
import { Emitter } from '../../src/extension/common/event.ts';

export function run(dir: string, status: 'running' | 'stopped' | 'finished'): ReadableRun {
  return {
    dir,
    id: dir,
    status,
    crashed: false,
    message: null,
    lastStep: 3,
    steps: 9,
    engineVersion: '0.1.0',
    name: null,
    experimentPath: '/project/one.rlvr.json',
    sweep: null,
    createdAt: '2026-01-01T00:00:00.000Z',
    lastMetrics: {},
    lastEvaluation: null,
    label: { name: null, starred: false },
    recipe: dir,
    seed: 0,
    control: null,
  };
}

export function engine(id: string, runDir: string | null, state: EngineState = { state: 'queued' }): EngineHandle {
  const changed = new Emitter<EngineHandle>();
  return {
    id,
    job: { kind: 'evaluate', path: '/runs/finished', split: 'test', overrides: [] },
    state,
    runDir,
    phase: null,
    lastStep: null,
    warnings: [],
    outputFile: '',
    onDidChange: changed.event,
    ended: new Promise(() => {}),
    stop: () => Promise.resolve(),
    pause: () => {},
    continue: () => {},
    swapRewards: () => Promise.reject(new Error('nobody asks')),
  };
}

export function engines(...handles: EngineHandle[]): {
  readonly handles: readonly EngineHandle[];
  ofRun(dir: string): EngineHandle | null;
} {
  return { handles, ofRun: (dir) => handles.find(({ runDir }) => runDir === dir) ?? null };
}

export function store(...runs: ListedRun[]): {
  readonly runs: readonly ListedRun[];
  get(dir: string): ListedRun | undefined;
} {
  return { runs, get: (dir) => runs.find((one) => one.dir === dir) };
}
