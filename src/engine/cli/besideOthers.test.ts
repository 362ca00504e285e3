import assert from 'node:assert/strict';
import { test } from 'node:test';
import { besideOthers, runsAtOnce } from './besideOthers.ts';
import type { CommandIO } from './command.ts';

function terminal(): { readonly io: CommandIO; readonly written: string[] } {
  const written: string[] = [];
  const stream = { write: (text: string) => written.push(text), isTTY: true, columns: 80 };
  const { signal } = new AbortController();
  return { written, io: { stdout: stream, stderr: stream, signal, env: {}, cwd: '/' } };
}

test('runs are trained at once where all of them are on a cluster', () => {
  assert.equal(runsAtOnce(['auto', 'ray']), 1);
  assert.ok(runsAtOnce(['ray', 'ray']) > 1);
});

test('a run beside others has its name before each line, and is a log', () => {
  const { io, written } = terminal();
  const [own, follow] = besideOthers(io, { json: false, title: 'demo' }, { title: 'seed 1', atOnce: 2 });
  own.stdout.write('step 1\n\nstep 2\n');
  assert.deepEqual(written, ['seed 1: step 1\n\nseed 1: step 2\n']);
  assert.equal(own.stdout.isTTY, undefined);
  assert.equal(follow.run, undefined);
});

test('with --json it is named in each object; a run on its own is not', () => {
  const { io } = terminal();
  const json = { json: true, title: 'demo' };
  assert.deepEqual(besideOthers(io, json, { title: 'seed 1', atOnce: 2 }), [io, { ...json, run: 'seed 1' }]);
  assert.deepEqual(besideOthers(io, json, { title: 'seed 1', atOnce: 1 }), [io, json]);
  assert.deepEqual(besideOthers(io, json, { title: '', atOnce: 2 }), [io, json]);
});
