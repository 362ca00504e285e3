import assert from 'node:assert/strict';
import { test } from 'node:test';
import { engine, engines, run, store } from '../../../test/support/listedRuns.ts';
import { enginesWithoutRun, runsUnderWay, workUnderWay } from './underWay.ts';

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
