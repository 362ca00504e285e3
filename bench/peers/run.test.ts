import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';

test('a device that the peers do not have is refused', () => {
  const door = join(import.meta.dirname, 'run.ts');
  const { status, stderr } = spawnSync(process.execPath, [door, 'step', '--device', 'cuda'], { encoding: 'utf8' });
  assert.equal(status, 1);
  assert.match(stderr, /on the CPU alone: leave out --device cuda/);
});
