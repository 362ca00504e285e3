import assert from 'node:assert/strict';
import { test } from 'node:test';
import { engine, engines, run, type store } from '../../../test/support/listedRuns.ts';
import type { ListedRun } from '../data/listMethods.ts';
import type { EngineHandle } from '../engine/engineHandle.ts';
import type { ChildNode } from './runGroups.ts';
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

test('seeds of a recipe stand in one row where the newest stood, and the row is the same while they train', () => {
  const seeds = [0, 1].map((seed) => ({ ...run(`/runs/seed-${seed}`, 'running'), recipe: 'one', seed }));
  const other = run('/runs/other', 'finished');
  const [first, second] = seeds;
  assert.ok(first !== undefined && second !== undefined);
  const runs = list(second, other, first);
  const nodes = new RunNodes(runs, engines());
  nodes.regroup();
  assert.deepEqual(shape(nodes), [['seeds', '/runs/seed-1', '/runs/seed-0'], '/runs/other']);
  const [group] = nodes.groups;
  assert.ok(group !== undefined);
  const leaf = nodes.ofRun('/runs/seed-0');
  assert.ok(leaf !== undefined && nodes.parentOf(leaf) === group && nodes.parentOf(group) === nodes.roots[0]);

  runs.now({ ...second, lastStep: 8 }, other, first);
  assert.equal(nodes.regroup(), false);
  assert.equal(nodes.groups[0], group);

  const third = { ...first, dir: '/runs/seed-2', seed: 2 };
  runs.now(third, second, other, first);
  assert.equal(nodes.regroup(), true);
  assert.deepEqual(
    nodes.groups.map(({ id }) => id),
    [group.id],
    'it stays as a person has opened it',
  );
  assert.equal(nodes.ofRun('/runs/seed-0'), leaf);

  runs.now(other, first);
  nodes.regroup();
  assert.deepEqual(shape(nodes), ['/runs/other', '/runs/seed-0'], 'one seed is no group');
  assert.equal(nodes.parentOf(leaf), nodes.roots[0]);
});

test('a run that was made twice is no other seed, and runs that cannot be read stand alone', () => {
  const twice = [1, 2].map((time) => ({ ...run(`/runs/${time}`, 'finished'), recipe: 'one' }));
  const broken = ['/runs/a', '/runs/b'].map((dir) => ({
    dir,
    id: dir,
    error: 'damaged',
    label: { name: null, starred: false },
  }));
  const nodes = new RunNodes(list(...twice, ...broken), engines());
  nodes.regroup();
  assert.deepEqual(nodes.groups, []);
});

test('a sweep is one row with the seeds of each recipe in rows of their own', () => {
  const member = (index: number, recipe: string, seed: number): ListedRun => ({
    ...run(`/runs/${index}`, 'finished'),
    recipe,
    seed,
    sweep: { id: 'rates', name: 'rates', member: index, members: 4, baseline: 0, assigned: { seed } },
  });
  // The same recipe outside of the sweep is a run on its own.
  const alone = { ...run('/runs/alone', 'finished'), recipe: 'a', seed: 9 };
  const runs = [alone, member(3, 'b', 0), member(2, 'a', 1), member(1, 'a', 0)];
  const nodes = new RunNodes(list(...runs), engines());
  nodes.regroup();
  assert.deepEqual(shape(nodes), ['/runs/alone', ['sweep', '/runs/3', ['seeds', '/runs/2', '/runs/1']]]);
  assert.equal(new Set(nodes.groups.map(({ id }) => id)).size, 2);
});

type Shape = string | readonly Shape[];

function shape(nodes: RunNodes): readonly Shape[] {
  const of = (node: ChildNode): Shape => {
    if (node.kind === 'run') return node.dir;
    return node.kind === 'engine' ? node.handle.id : [node.kind, ...node.children.map(of)];
  };
  return nodes.roots.flatMap(({ children }) => children.map(of));
}
