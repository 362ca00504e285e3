import assert from 'node:assert/strict';
import { test } from 'node:test';
import { engine, engines, run, type store } from '../../../test/support/listedRuns.ts';
import type { ListedRun } from '../data/listMethods.ts';
import type { EngineHandle } from '../engine/engineHandle.ts';
import { RunNodes } from './runNodes.ts';

/** A list of runs that can be exchanged for a newer one. */
function list(...runs: ListedRun[]): ReturnType<typeof store> & { now(...runs: ListedRun[]): void } {
  let current = runs;
  return {
    get runs() {
      return current;
    },
    get: (dir) => current.find((one) => one.dir === dir),
    now: (...newer) => void (current = newer),
  };
}

test('a run that went a step on is the same node', () => {
  const runs = list(run('/runs/one', 'running'), run('/runs/two', 'finished'));
  const nodes = new RunNodes(runs, engines());
  assert.equal(nodes.regroup(), true);
  const before = nodes.leaves;
  runs.now({ ...run('/runs/one', 'running'), lastStep: 4 }, run('/runs/two', 'finished'));
  assert.equal(nodes.regroup(), false);
  assert.ok(nodes.leaves.every((leaf, index) => leaf === before[index]));
});

test('with a run that comes or goes the others stay the nodes that they were', () => {
  const runs = list(run('/runs/one', 'finished'));
  const nodes = new RunNodes(runs, engines());
  nodes.regroup();
  const [one] = nodes.leaves;
  runs.now(run('/runs/two', 'running'), run('/runs/one', 'finished'));
  assert.equal(nodes.regroup(), true);
  assert.equal(nodes.leaves[1], one);
  runs.now(run('/runs/one', 'finished'));
  assert.equal(nodes.regroup(), true);
  assert.deepEqual(nodes.leaves, [one]);
  assert.equal(nodes.leaves[0], one);
});

test('an engine stands above the runs of its experiment until its own is listed', () => {
  const job: EngineHandle['job'] = {
    kind: 'train',
    experimentPath: '/project/one.rlvr.json',
    overrides: [],
    runsDir: '/runs',
  };
  const trains = { ...engine('a', null), job };
  const nodes = new RunNodes(list(run('/runs/one', 'finished')), engines(trains));
  nodes.regroup();
  assert.deepEqual(
    nodes.leaves.map(({ kind }) => kind),
    ['engine', 'run'],
  );
});
