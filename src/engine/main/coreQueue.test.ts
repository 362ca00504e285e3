import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { FileLock } from '../run/lock.ts';
import { queueForCores } from './coreQueue.ts';

function temporary(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'rlvr-queue-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

interface Queued {
  readonly cores: Promise<FileLock>;
  /** Resolves when it has begun to wait. */
  readonly waits: Promise<void>;
  readonly abort: AbortController;
}

function queue(folder: string, threads: number, cores = 4): Queued {
  const abort = new AbortController();
  let begin = (): void => {};
  const waits = new Promise<void>((resolve) => (begin = resolve));
  const taken = queueForCores(threads, { folder, cores, signal: abort.signal, onWait: () => begin() });
  return { cores: taken, waits, abort };
}

/** Which of them have their cores by now; nothing more can come before something is released. */
async function settled(queued: readonly Queued[]): Promise<boolean[]> {
  await new Promise((resolve) => setTimeout(resolve, 500));
  return Promise.all(
    queued.map(({ cores }) =>
      Promise.race([cores.then(() => true), new Promise<boolean>((resolve) => setImmediate(resolve, false))]),
    ),
  );
}

test('engines run side by side while there are cores, and then wait', async (t) => {
  const folder = temporary(t);
  const first = await queue(folder, 2).cores;
  const second = await queue(folder, 2).cores;
  const third = queue(folder, 1);
  await third.waits;
  assert.deepEqual(await settled([third]), [false]);
  first.release();
  (await third.cores).release();
  second.release();
});

test('who came first is next, also when a later one would fit', async (t) => {
  const folder = temporary(t);
  const [one, two] = [await queue(folder, 2).cores, await queue(folder, 1).cores];
  const wide = queue(folder, 3);
  await wide.waits;
  const narrow = queue(folder, 1);
  await narrow.waits;
  assert.deepEqual(await settled([wide, narrow]), [false, false]);
  one.release();
  const cores = await wide.cores;
  assert.deepEqual(await settled([narrow]), [false]);
  cores.release();
  (await narrow.cores).release();
  two.release();
});

test('all cores are as many as there are, and no more can be asked for', async (t) => {
  const folder = temporary(t);
  for (const threads of [0, 99]) {
    const all = await queue(folder, threads, 2).cores;
    const other = queue(folder, 1, 2);
    await other.waits;
    all.release();
    (await other.cores).release();
  }
});

test('whoever gives up leaves nothing behind', async (t) => {
  const folder = temporary(t);
  const holder = await queue(folder, 3).cores;
  const impatient = queue(folder, 2);
  await impatient.waits;
  const patient = queue(folder, 1);
  await patient.waits;
  impatient.abort.abort();
  await assert.rejects(impatient.cores, { name: 'AbortError' });
  const one = await patient.cores;
  const rest = await Promise.all([holder, one].map((lock) => (lock.release(), queue(folder, 1).cores)));
  for (const lock of rest) lock.release();
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.startsWith('place')),
    [],
  );
});

test('a place that cannot be removed is in nobody’s way', async (t) => {
  const folder = temporary(t);
  // Any system refuses to remove this as a file, as Windows does one that another engine has open.
  mkdirSync(join(folder, 'place-1'));
  for (let turn = 0; turn < 2; turn++) (await queue(folder, 4).cores).release();
});

test('the place of an engine that died is nobody’s', async (t) => {
  const folder = temporary(t);
  writeFileSync(join(folder, 'place-1'), '');
  (await queue(folder, 4).cores).release();
  assert.ok(!readdirSync(folder).includes('place-1'));
});
