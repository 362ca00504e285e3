import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { leftBehind, unfinished } from './unfinishedFile.ts';

test('what a writer left behind is told from what is written, here, elsewhere and by other programs', () => {
  const mine = unfinished('a.b');
  assert.match(mine, /^a\.b\.[0-9a-f]{8}\.\d+\.incomplete$/);
  const by = (pid: number): string => mine.replace(/\d+(?=\.incomplete$)/, String(pid));
  const { pid: gone } = spawnSync(process.execPath, ['--version']);
  assert.equal(leftBehind(by(gone)), 'a.b');
  assert.equal(leftBehind(mine), 'a.b', 'of an earlier process with our number');
  assert.equal(leftBehind(by(process.ppid)), null);
  assert.equal(leftBehind(`a.b.00000000.${gone}.incomplete`), null, 'of another machine');
  // As huggingface_hub names them, of late and before.
  for (const name of ['a.b.12345678.incomplete', 'a.b.incomplete']) assert.equal(leftBehind(name), null);
});
