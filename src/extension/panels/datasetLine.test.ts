import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { UserError } from '../../engine/protocol/errors.ts';
import { findDatasetLine } from './datasetLine.ts';

const folder = mkdtempSync(join(tmpdir(), 'rlvr-dataset-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'train.jsonl');

test('rows are the lines that are not blank', async () => {
  writeFileSync(file, '\uFEFF{"q":"a"}\r\n\r\n  \n{"q":"b\u2028c"}\n{"q":"d"}');
  assert.deepEqual(await findDatasetLine(file, 0, { q: 'a' }), { line: 0, unchanged: true });
  assert.deepEqual(await findDatasetLine(file, 1, { q: 'b\u2028c' }), { line: 3, unchanged: true });
  assert.deepEqual(await findDatasetLine(file, 2, { q: 'd' }), { line: 4, unchanged: true });
});

test('a row that has moved is found where it is, and a changed one where it was', async () => {
  writeFileSync(file, '{"q":"new"}\n{"q":"a"}\nnot json\n');
  assert.deepEqual(await findDatasetLine(file, 0, { q: 'a' }), { line: 1, unchanged: true });
  assert.deepEqual(await findDatasetLine(file, 2, { q: 'gone' }), { line: 2, unchanged: false });
});

test('a column with a second name in the experiment is still that row', async () => {
  writeFileSync(file, '{}\n{"problem":"a"}\n');
  assert.deepEqual(await findDatasetLine(file, 1, { problem: 'a', question: 'a' }), { line: 1, unchanged: true });
  assert.deepEqual(await findDatasetLine(file, 0, { problem: 'a', question: 'a' }), { line: 1, unchanged: true });
});

test('a file that is too short or not there is said', async () => {
  writeFileSync(file, '{"q":"a"}\n');
  await assert.rejects(findDatasetLine(file, 7, { q: 'b' }), (error) => {
    return error instanceof UserError && error.message.includes('no row 7');
  });
  await assert.rejects(findDatasetLine(join(folder, 'none.jsonl'), 0, {}), /cannot be read/);
});
