import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ListedRun } from '../data/listMethods.ts';
import type { EngineHandle, EngineState } from '../engine/engineHandle.ts';
import { Emitter } from '../common/event.ts';
import { enginesWithoutRun, runsUnderWay, workUnderWay } from './underWay.ts';

function run(dir: string, status: 'running' | 'stopped' | 'finished'): ListedRun {
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
    createdAt: '2026-01-01T00:00:00.000Z',
    lastMetrics: {},
    lastEvaluation: null,
    label: { name: null, starred: false },
  };
}

function engine(id: string, runDir: string | null, state: EngineState = { state: 'queued' }): EngineHandle {
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

function engines(...handles: EngineHandle[]): {
  readonly handles: readonly EngineHandle[];
  ofRun(dir: string): EngineHandle | null;
} {
  return { handles, ofRun: (dir) => handles.find(({ runDir }) => runDir === dir) ?? null };
}

function store(...runs: ListedRun[]): { readonly runs: readonly ListedRun[]; get(dir: string): ListedRun | undefined } {
  return { runs, get: (dir) => runs.find((one) => one.dir === dir) };
}

const RUNS = store(
  run('/runs/terminal', 'running'),
  run('/runs/resumed', 'stopped'),
  run('/runs/finished', 'finished'),
);

test('a run of a terminal is under way, and so is one that waits to be resumed', () => {
  const known = engines(engine('a', '/runs/resumed'));
  assert.deepEqual(
    runsUnderWay(RUNS, known).map(({ dir }) => dir),
    ['/runs/terminal', '/runs/resumed'],
  );
  assert.deepEqual(enginesWithoutRun(RUNS, known), []);
});

test('an evaluation beside runs is under way, and so is a run that is not listed yet; an engine counts once', () => {
  const known = engines(
    engine('a', '/runs/resumed'),
    engine('evaluation', null),
    engine('new', '/runs/new'),
    engine('over', null, { state: 'ended', outcome: 'finished', message: null }),
  );
  assert.deepEqual(
    workUnderWay(RUNS, known).map((work) => (work.kind === 'run' ? work.run.dir : work.handle.id)),
    ['/runs/terminal', '/runs/resumed', 'evaluation', 'new'],
  );
});

test('where nothing runs nothing is under way', () => {
  assert.deepEqual(workUnderWay(store(run('/runs/finished', 'finished')), engines()), []);
});
