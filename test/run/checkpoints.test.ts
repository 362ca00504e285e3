import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isSaved, pruneSaved, removeSavedAfter, savedSteps, saveFolder } from '../../src/engine/run/checkpoints.ts';
import { temporaryFolder } from './samples.ts';

/** What a compute child does: makes the folder and fills it. */
function fillWith(contents: string) {
  return async (folder: string): Promise<void> => {
    mkdirSync(join(folder, 'optimizer'), { recursive: true });
    writeFileSync(join(folder, 'weights'), contents);
    writeFileSync(join(folder, 'optimizer', 'moments'), contents);
    await Promise.resolve();
  };
}

test('a folder is there when it is whole, and an older one of the step is replaced', async () => {
  const dir = temporaryFolder();
  assert.deepEqual(savedSteps(dir, 'state'), []);
  assert.equal(await saveFolder(dir, 'state', 3, fillWith('old')), 'state/step-3');
  assert.ok(isSaved(dir, 'state/step-3'));
  await saveFolder(dir, 'state', 3, async (folder) => {
    assert.ok(!existsSync(folder));
    assert.equal(readFileSync(join(dir, 'state/step-3/weights'), 'utf8'), 'old');
    await fillWith('new')(folder);
  });
  assert.equal(readFileSync(join(dir, 'state/step-3/optimizer/moments'), 'utf8'), 'new');
  assert.deepEqual(readdirSync(join(dir, 'state')), ['step-3']);
});

test('a failed save leaves nothing and keeps what was there', async () => {
  const dir = temporaryFolder();
  await saveFolder(dir, 'state', 3, fillWith('old'));
  const failing = saveFolder(dir, 'state', 3, async (folder) => {
    await fillWith('half')(folder);
    throw new Error('killed in the middle');
  });
  await assert.rejects(failing, /in the middle/);
  const linked = saveFolder(dir, 'state', 4, async (folder) => {
    await fillWith('half')(folder);
    symlinkSync('/', join(folder, 'link'));
  });
  await assert.rejects(linked, /neither a file nor a folder/);
  assert.deepEqual(readdirSync(join(dir, 'state')), ['step-3']);
  assert.equal(readFileSync(join(dir, 'state/step-3/weights'), 'utf8'), 'old');
});

test('a full disk says so', async () => {
  const full = saveFolder(temporaryFolder(), 'checkpoints', 50, () =>
    Promise.reject(Object.assign(new Error('write'), { code: 'ENOSPC' })),
  );
  await assert.rejects(full, /disk is full: checkpoints\/step-50 was not written/);
});

test('the newest are kept, by number and not by name', async () => {
  const dir = temporaryFolder();
  for (const step of [8, 9, 10, 11, 100]) await saveFolder(dir, 'checkpoints', step, fillWith('x'));
  pruneSaved(dir, 'checkpoints', 3);
  assert.deepEqual(savedSteps(dir, 'checkpoints'), [10, 11, 100]);
  pruneSaved(dir, 'checkpoints', 9);
  assert.deepEqual(savedSteps(dir, 'checkpoints'), [10, 11, 100]);
});

test('what is later than a step, and what was interrupted, goes', async () => {
  const dir = temporaryFolder();
  for (const step of [1, 2, 3]) await saveFolder(dir, 'state', step, fillWith('x'));
  mkdirSync(join(dir, 'state', '.step-4.tmp-77'));
  writeFileSync(join(dir, 'state', 'notes.txt'), 'not ours');
  removeSavedAfter(dir, 2);
  assert.deepEqual(readdirSync(join(dir, 'state')).sort(), ['notes.txt', 'step-1', 'step-2']);
});
