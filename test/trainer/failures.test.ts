/** Promise: a run that fails says why, whatever else goes wrong then, and can be resumed. */
import assert from 'node:assert/strict';
import { mkdirSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ComputeClient } from '../../src/engine/compute/client.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { RunWriter } from '../../src/engine/run/writer.ts';
import { hasChildren, until } from '../support/processes.ts';
import { HANG_LIMIT, makeProject, resume, train, type Changes } from '../support/trainingProject.ts';

const changes: Changes = { training: { steps: 2 }, evaluation: { every: 0 } };

/** Fails a run after its first step, in which `spoil` was called with its folder, and returns that. */
async function failedRun(spoil: (dir: string) => void, expected: string): Promise<string> {
  let dir = '';
  const failing = train(await makeProject('gpt2'), changes, {
    onEvent: (event) => {
      if (event.event === 'started') dir = event.runDir;
      if (event.event !== 'step') return;
      spoil(dir);
      throw new Error('the reason');
    },
  });
  await assert.rejects(failing, { message: expected });
  return dir;
}

/** Throws RunLockedError where the lock was kept, which holds within a process as well. */
function assertUnlocked(dir: string): void {
  RunWriter.open(dir).close();
}

test('a log that cannot be written does not hide the reason, nor keep the lock', HANG_LIMIT, async () => {
  const log = (dir: string): string => join(dir, 'engine.log');
  const dir = await failedRun((run) => {
    rmSync(log(run));
    mkdirSync(log(run));
  }, 'the reason');
  const reader = RunReader.open(dir);
  const { status, message } = reader.state();
  reader.close();
  assert.deepEqual({ status, message }, { status: 'failed', message: 'the reason' });
  rmdirSync(log(dir));
  assert.equal((await resume(dir)).outcome, 'finished');
});

test('a status that cannot be written does not hide the reason, nor keep the lock', HANG_LIMIT, async (context) => {
  const dir = await failedRun(() => {
    context.mock.method(RunWriter.prototype, 'setStatus', () => {
      throw new Error('the disk is full');
    });
  }, 'the reason');
  context.mock.restoreAll();
  assertUnlocked(dir);
});

test('a process that cannot be ended does not keep the lock', HANG_LIMIT, async (context) => {
  const dir = await failedRun(() => {
    context.mock.method(ComputeClient.prototype, 'kill', function (this: ComputeClient) {
      if (this.pid !== undefined) process.kill(this.pid, 'SIGKILL');
      throw new Error('it cannot be ended');
    });
  }, 'it cannot be ended');
  context.mock.restoreAll();
  await until(() => !hasChildren());
  assertUnlocked(dir);
});
