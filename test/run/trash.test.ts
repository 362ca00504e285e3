import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { UserError } from '../../src/engine/protocol/errors.ts';
import { takeLock } from '../../src/engine/run/lock.ts';
import { makeRunsFolder } from '../../src/engine/run/runsFolder.ts';
import { moveToTrash, restoreFromTrash } from '../../src/engine/run/trash.ts';

function project(context: TestContext): { readonly root: string; readonly run: string } {
  const root = mkdtempSync(join(tmpdir(), 'rlvr-trash-'));
  context.after(() => rmSync(root, { recursive: true, force: true }));
  const run = join(root, '.rlvr', 'runs', '20260101-000000-abcd');
  makeRunsFolder(join(root, '.rlvr', 'runs'));
  mkdirSync(run);
  writeFileSync(join(run, 'file'), 'kept');
  return { root, run };
}

test('a deleted run lies in the trash, and comes back whole', (context) => {
  const { root, run } = project(context);
  const trashed = moveToTrash(run);
  assert.equal(trashed, join(root, '.rlvr', 'trash', '20260101-000000-abcd'));
  assert.ok(!existsSync(run));
  restoreFromTrash(trashed, run);
  assert.equal(readFileSync(join(run, 'file'), 'utf8'), 'kept');
  assert.ok(!existsSync(trashed));
});

test('a run that is being written stays', (context) => {
  const { run } = project(context);
  const lock = takeLock(run);
  context.after(() => lock?.release());
  assert.throws(() => moveToTrash(run), UserError);
  assert.ok(existsSync(run));
});

test('nothing is moved over something else', (context) => {
  const { run } = project(context);
  const trashed = moveToTrash(run);
  mkdirSync(run);
  assert.throws(() => restoreFromTrash(trashed, run), UserError);
  assert.ok(existsSync(trashed));
});

test('runs are kept out of version control, by a file that is not written over', (context) => {
  const { root } = project(context);
  const ignore = join(root, '.rlvr', '.gitignore');
  assert.equal(readFileSync(ignore, 'utf8'), '*\n');
  writeFileSync(ignore, 'mine\n');
  makeRunsFolder(join(root, '.rlvr', 'runs'));
  assert.equal(readFileSync(ignore, 'utf8'), 'mine\n');
  const elsewhere = join(root, 'results');
  makeRunsFolder(elsewhere);
  assert.ok(!existsSync(join(root, '.gitignore')));
});
