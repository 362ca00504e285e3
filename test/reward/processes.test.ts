/** Promise: no process and no folder is left behind, however the engine or the reward ends. */
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

/** Where graders work: their folders are in the temporary folder of whoever starts them. */
function workFolders(temporary: string): string[] {
  return fs.readdirSync(temporary).filter((name) => name.startsWith('rlvr-grader-'));
}

/** The id that a reward function wrote in the folder it works in; a file may be seen before its contents. */
async function readPid(temporary: string): Promise<number> {
  const said = (): string =>
    workFolders(temporary)
      .map((name) => path.join(temporary, name, 'pid'))
      .map((file) => (fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : ''))
      .join('');
  await until(() => said() !== '');
  return Number(said());
}

/** A name with all that paths may have in them and arguments may not like. */
function temporaryOf(name: string): string {
  const temporary = path.join(folder, `of ${name}, with comma`);
  fs.mkdirSync(temporary);
  return temporary;
}

test(
  'close ends a grader in an endless loop and rejects what was asked of it',
  { timeout: TEST_LIMIT_MS },
  async () => {
    const temporary = temporaryOf('close');
    process.env['TMPDIR'] = process.env['TEMP'] = temporary;
    const grader = await startHostile(folder, [{ function: 'hangsAndSaysSo' }]);
    const request = { reward: 'hangsAndSaysSo', items: itemsOf(['x']) };
    const scored = assert.rejects(grader.score(request), /closed/);
    const pid = await readPid(temporary);
    assert.ok(isRunning(pid));
    await grader.close();
    await scored;
    await until(() => !isRunning(pid));
    assert.deepEqual(workFolders(temporary), []);
    await assert.rejects(grader.score(request), /closed/);
  },
);

test('the folder a reward works in is its own, and gone with the process', { timeout: TEST_LIMIT_MS }, async () => {
  const temporary = temporaryOf('work');
  process.env['TMPDIR'] = process.env['TEMP'] = temporary;
  const grader = await startHostile(folder, [{ function: 'worksInFolder' }]);
  const results = await grader.score({ reward: 'worksInFolder', items: itemsOf(['x', 'y']) });
  assert.deepEqual(results.map(kindOf), [1, 1]);
  assert.equal(workFolders(temporary).length, 1);
  await grader.close();
  assert.deepEqual(workFolders(temporary), []);
});

for (const how of ['exit', 'SIGKILL', 'SIGTERM'] as const) {
  test(`a grader in an endless loop ends with its engine, by ${how}`, { timeout: TEST_LIMIT_MS }, async () => {
    const temporary = temporaryOf(how);
    const script = path.join(import.meta.dirname, 'endingEngine.ts');
    const engine = spawn(process.execPath, [script, folder], {
      stdio: ['pipe', 'ignore', 'inherit'],
      env: { ...process.env, TMPDIR: temporary, TEMP: temporary },
    });
    const exited = once(engine, 'exit');
    const pid = await readPid(temporary);
    assert.ok(isRunning(pid));
    if (how === 'exit') engine.stdin.end();
    else engine.kill(how);
    await exited;
    await until(() => !isRunning(pid));
    await until(() => workFolders(temporary).length === 0);
  });
}
