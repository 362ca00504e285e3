import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { FileTail } from '../../src/extension/engine/fileTail.ts';

function makeFile(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'rlvr-tail-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return join(folder, 'log');
}

test('whole lines come once, however they were written; a file may come later', async (t) => {
  const file = makeFile(t);
  const tail = new FileTail(file);
  assert.deepEqual(await tail.lines(), []);
  writeFileSync(file, 'one\ntwo\r\nthr');
  assert.deepEqual(await tail.lines(), ['one', 'two']);
  assert.deepEqual(await tail.lines(), []);
  const rest = Buffer.from('ee é\n');
  appendFileSync(file, rest.subarray(0, 4));
  assert.deepEqual(await tail.lines(), []);
  appendFileSync(file, rest.subarray(4));
  assert.deepEqual(await Promise.all([tail.lines(), tail.lines()]), [['three é'], []]);
});

test('a file that was replaced by a shorter one is read anew', async (t) => {
  const file = makeFile(t);
  const tail = new FileTail(file);
  writeFileSync(file, 'a long first line\n');
  await tail.lines();
  writeFileSync(file, 'new\n');
  assert.deepEqual(await tail.lines(), ['new']);
});

test('of a long file the end is read, from a whole line on', async (t) => {
  const file = makeFile(t);
  const line = 'x'.repeat(999);
  writeFileSync(file, `${line}\n`.repeat(1000));
  const lines = await new FileTail(file).lines();
  assert.equal(lines.length, 262);
  assert.ok(lines.every((own) => own === line));
});
