import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { UserError } from '../protocol/errors.ts';
import { freeAddress } from './address.ts';
import { ownFolder, ownFolderPath, requirePrivate } from './ownFolder.ts';

function temporary(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'rlvr-own-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('it lies where the system has a folder for the user, else it is named for the user', (t) => {
  const runtime = temporary(t);
  assert.equal(ownFolderPath({ XDG_RUNTIME_DIR: runtime }, '/tmp', 1000), join(runtime, 'rlvr'));
  assert.equal(ownFolderPath({ XDG_RUNTIME_DIR: join(runtime, 'gone') }, '/tmp', 1000), join('/tmp', 'rlvr-1000'));
  assert.equal(ownFolderPath({ XDG_RUNTIME_DIR: 'relative' }, '/tmp', 1000), join('/tmp', 'rlvr-1000'));
  assert.equal(ownFolderPath({}, '/tmp', -1), join('/tmp', 'rlvr'));
});

if (process.platform !== 'win32') {
  test('nobody else can look into it, also where it was there', (t) => {
    const runtime = temporary(t);
    mkdirSync(join(runtime, 'rlvr'), { mode: 0o777 });
    assert.equal(statSync(ownFolder({ XDG_RUNTIME_DIR: runtime })).mode & 0o777, 0o700);
  });

  test('what another put in its place is refused', (t) => {
    const [runtime, elsewhere] = [temporary(t), temporary(t)];
    symlinkSync(elsewhere, join(runtime, 'rlvr'));
    assert.throws(() => ownFolder({ XDG_RUNTIME_DIR: runtime }), UserError);
  });

  test('a file that others can open is not private', (t) => {
    const folder = temporary(t);
    chmodSync(folder, 0o700);
    requirePrivate(folder);
    chmodSync(folder, 0o710);
    assert.throws(() => requirePrivate(folder), /can be opened by other users \(mode 710\); .* chmod go=/);
  });
}

test('an address is short, and differs between engines', () => {
  assert.match(freeAddress('/run/user/1000/rlvr', 'a', 'linux'), /^\/run\/user\/1000\/rlvr\/[0-9a-f]{16}$/);
  assert.notEqual(freeAddress('/run', 'a', 'linux'), freeAddress('/run', 'b', 'linux'));
  assert.match(freeAddress('C:\\Temp\\rlvr', 'a', 'win32'), /^\\\\\.\\pipe\\rlvr-[0-9a-f]{16}$/);
});

test('an address that a system would cut is refused', () => {
  assert.throws(() => freeAddress(`/${'x'.repeat(100)}`, 'a', 'darwin'), /too long for a socket \(103 bytes/);
});
