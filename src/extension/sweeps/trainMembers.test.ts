import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SweepMember } from '../../engine/analysis/sweep/planSweep.ts';
import type { SweepRun } from '../../engine/analysis/sweep/sweepRuns.ts';
import { trainMembers } from './trainMembers.ts';

const members = [0, 1, 2].map((member): SweepMember => ({
  title: String(member),
  overrides: [],
  membership: { id: 'one', name: 'rates', member, members: 3, baseline: 0, assigned: {} },
}));

function runIn(dir: string, status: SweepRun['state']['status'], crashed = false): SweepRun {
  return { dir, state: { status, crashed, message: null }, guarded: false };
}

type End = 'finished' | 'stopped' | 'failed';

/** Which members are trained, each with the folder of the run that goes on, and whether it went to its end. */
async function train(runs: Readonly<Record<number, SweepRun>>, ends: Readonly<Record<number, End>> = {}) {
  const trained: string[] = [];
  const wholly = await trainMembers(members, {
    runOf: ({ membership: { member } }) => runs[member],
    train: ({ membership: { member } }, run) => {
      trained.push(run === undefined ? String(member) : `${member} in ${run.dir}`);
      return Promise.resolve(ends[member] ?? 'finished');
    },
  });
  return { trained, wholly };
}

test('what is finished is passed over, and what was stopped goes on', async () => {
  const { trained, wholly } = await train({
    0: runIn('a', 'finished'),
    1: runIn('b', 'stopped'),
  });
  assert.deepEqual([trained, wholly], [['1 in b', '2'], true]);
});

test('what a guard stopped is passed over, what failed otherwise goes on', async () => {
  const { trained } = await train({ 0: { ...runIn('a', 'failed'), guarded: true }, 1: runIn('b', 'failed') });
  assert.deepEqual(trained, ['1 in b', '2']);
});

test('what runs already is waited for, and where it is stopped the next is not started', async () => {
  const running = runIn('a', 'running');
  const crashed = runIn('b', 'running', true);
  assert.deepEqual((await train({ 0: running, 1: crashed })).trained, ['0 in a', '1 in b', '2']);
  assert.deepEqual((await train({ 0: running }, { 0: 'stopped' })).trained, ['0 in a']);
});

test('a run that fails does not end the others, one that is stopped does', async () => {
  assert.deepEqual(await train({}, { 0: 'failed' }), { trained: ['0', '1', '2'], wholly: true });
  assert.deepEqual(await train({}, { 1: 'stopped' }), { trained: ['0', '1'], wholly: false });
});
