import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { RunLockedError } from '../../src/engine/run/errors.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { RunWriter } from '../../src/engine/run/writer.ts';
import { experiment, manifest, RUN_ID, stepRecord, temporaryFolder } from './samples.ts';

test('a second writer is refused by name, a killed one is no obstacle', async (t) => {
  const dir = join(temporaryFolder(), RUN_ID);
  RunWriter.create(dir, manifest, experiment).close();
  const child = fork(join(import.meta.dirname, 'holdingWriter.ts'), [dir], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  t.after(() => child.kill('SIGKILL'));
  await once(child, 'message');

  const reader = RunReader.open(dir);
  t.after(() => reader.close());
  assert.deepEqual(reader.state(), { status: 'running', crashed: false, message: null, lastStep: 1 });
  assert.throws(
    () => RunWriter.open(dir),
    (error) =>
      error instanceof RunLockedError &&
      error.message.includes(`process ${child.pid} `) &&
      error.message.includes(`--resume ${dir}`),
  );

  child.kill('SIGKILL');
  await once(child, 'exit');
  assert.deepEqual(reader.state(), { status: 'stopped', crashed: true, message: null, lastStep: 1 });
  const writer = RunWriter.open(dir);
  writer.writeStep(stepRecord(2));
  assert.equal(reader.state().status, 'running');
  writer.setStatus('failed', 'out of luck');
  writer.close();
  assert.deepEqual(reader.state(), { status: 'failed', crashed: false, message: 'out of luck', lastStep: 2 });
});

test('within one process, too, there is one writer', () => {
  const dir = join(temporaryFolder(), RUN_ID);
  const writer = RunWriter.create(dir, manifest, experiment);
  assert.throws(() => RunWriter.open(dir), RunLockedError);
  writer.close();
  RunWriter.open(dir).close();
});
