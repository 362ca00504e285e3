import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { test } from 'node:test';
import { UserError } from '../../src/engine/protocol/errors.ts';
import { stopForeignRun } from '../../src/extension/engine/foreignRun.ts';

const SINCE = '2026-01-01T00:00:00.000Z';

test('the writer of a run of this machine is asked to stop; once gone, that is said', async () => {
  const writer = spawn(process.execPath, [
    '-e',
    "process.on('SIGTERM', () => process.exit(7)); setInterval(() => {}, 1000); console.log('ready');",
  ]);
  await once(writer.stdout, 'data');
  const pid = writer.pid ?? assert.fail();
  stopForeignRun({ pid, host: hostname(), since: SINCE });
  const code: unknown = (await once(writer, 'exit')).at(0);
  // Windows knows no such request, and ends it.
  if (process.platform !== 'win32') assert.equal(code, 7);
  assert.throws(() => stopForeignRun({ pid, host: hostname(), since: SINCE }), /has ended already/);
});

test('nothing is done to a process of another machine, or to a number that is none', () => {
  assert.throws(() => stopForeignRun({ pid: process.pid, host: 'elsewhere', since: SINCE }), /on elsewhere/);
  for (const pid of [1, 0, -1, -process.pid]) {
    assert.throws(() => stopForeignRun({ pid, host: hostname(), since: SINCE }), UserError);
  }
});
