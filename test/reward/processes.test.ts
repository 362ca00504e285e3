/** Promise: no process is left behind, however the engine or the reward ends. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { isRunning, until } from '../support/processes.ts';
import { itemsOf, kindOf, startHostile, temporaryFolder } from './support.ts';

/** A test that takes longer hangs: a process was left. */
const TEST_LIMIT_MS = 120_000;

const folder = temporaryFolder();

/** The id that a reward function wrote; a file may be seen before its contents. */
async function readPid(file: string): Promise<number> {
  await until(() => fs.existsSync(file) && fs.readFileSync(file, 'utf8') !== '');
  return Number(fs.readFileSync(file, 'utf8'));
}

test(
  'close ends a grader in an endless loop and rejects what was asked of it',
  { timeout: TEST_LIMIT_MS },
  async () => {
    const pidFile = path.join(folder, 'closed');
    const grader = await startHostile(folder, [{ function: 'hangsAndSaysSo' }]);
    const scored = assert.rejects(
      grader.score({ reward: 'hangsAndSaysSo', items: itemsOf(['x'], { pidFile }) }),
      /closed/,
    );
    const pid = await readPid(pidFile);
    assert.ok(isRunning(pid));
    await grader.close();
    await scored;
    await until(() => !isRunning(pid));
    await assert.rejects(grader.score({ reward: 'hangsAndSaysSo', items: itemsOf(['x'], { pidFile }) }), /closed/);
  },
);

test(
  'what a reward started ends with the grader',
  { timeout: TEST_LIMIT_MS, skip: process.platform === 'win32' },
  async () => {
    const pidFile = path.join(folder, 'started');
    const grader = await startHostile(folder, [{ function: 'startsProcess' }]);
    const results = await grader.score({ reward: 'startsProcess', items: itemsOf(['x'], { pidFile }) });
    assert.deepEqual(results.map(kindOf), [1]);
    const pid = await readPid(pidFile);
    assert.ok(isRunning(pid));
    await grader.close();
    await until(() => !isRunning(pid));
  },
);

for (const how of ['exit', 'SIGKILL', 'SIGTERM'] as const) {
  test(`a grader in an endless loop ends with its engine, by ${how}`, { timeout: TEST_LIMIT_MS }, async () => {
    const pidFile = path.join(folder, how);
    const script = path.join(import.meta.dirname, 'endingEngine.ts');
    const engine = spawn(process.execPath, [script, folder, pidFile, how], { stdio: ['ignore', 'ignore', 'inherit'] });
    const exited = once(engine, 'exit');
    const pid = await readPid(pidFile);
    if (how !== 'exit') {
      assert.ok(isRunning(pid));
      engine.kill(how);
    }
    await exited;
    await until(() => !isRunning(pid));
  });
}
