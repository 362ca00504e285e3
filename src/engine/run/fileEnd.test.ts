import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readFileEnd } from './fileEnd.ts';

test('of a long file the end is read, of a short one all, of none nothing', (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'rlvr-test-'));
  t.after(() => rmSync(dir, { recursive: true }));
  const file = join(dir, 'engine.log');
  writeFileSync(file, 'one\ntwo\nthree\n');
  assert.equal(readFileEnd(file, 8), 'o\nthree\n');
  assert.equal(readFileEnd(file, 100), 'one\ntwo\nthree\n');
  assert.equal(readFileEnd(join(dir, 'none'), 8), '');
  assert.equal(readFileEnd(dir, 8), '');
});
