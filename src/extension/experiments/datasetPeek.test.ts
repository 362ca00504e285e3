import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { peekDataset, peekText } from './datasetPeek.ts';

function peek(text: string, size = Buffer.byteLength(text)): ReturnType<typeof peekText> {
  return peekText(text, size, 'd.jsonl');
}

test('columns, question, answer and rows of a small file', () => {
  assert.deepEqual(peek('\uFEFF{"Question":"a","x":1,"answer":"1"}\r\n\n{"Question":"b","y":2,"answer":"2"}'), {
    columns: ['Question', 'x', 'answer', 'y'],
    question: 'Question',
    answer: 'answer',
    rows: 2,
  });
});

test('columns of no usual name are left to the user', () => {
  const { question, answer } = peek('{"frage":"a","antwort":"b"}');
  assert.deepEqual([question, answer], [null, null]);
});

test('the rows of a large file are guessed, and a row that was cut is no row', () => {
  const row = '{"question":"aaaa","answer":"b"}\n';
  const { rows } = peek(`${row.repeat(10)}{"question":"cu`, row.length * 5000);
  assert.equal(rows, 5000);
});

test('what is no dataset is an error', () => {
  for (const text of ['[{"question":"a"}]', 'question,answer\na,b', '"text"'])
    assert.throws(() => peek(text), { name: 'UserError', message: /d\.jsonl is not JSONL/ }, text);
  assert.throws(() => peek('\n'), { name: 'UserError', message: /no rows/ });
});

test('a file is read from its beginning', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'peek-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'd.jsonl');
  const row = `{"prompt":"${'x'.repeat(1000)}","label":"1"}\n`;
  writeFileSync(file, row.repeat(2000));
  const { question, answer, rows } = await peekDataset(file);
  assert.deepEqual([question, answer, rows], ['prompt', 'label', 2000]);
  await assert.rejects(peekDataset(join(folder, 'missing')), { name: 'UserError', message: /cannot be read/ });
});
