import assert from 'node:assert/strict';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { readDataset } from './dataset.ts';
import { MAX_FILE_BYTES } from './formats/format.ts';
import { describeRow } from './row.ts';

async function filesOf(
  context: TestContext,
  contents: Readonly<Record<string, string | Uint8Array>>,
): Promise<{ readonly path: string; readonly name: string }[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'dataset-'));
  context.after(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(contents)) await writeFile(path.join(folder, name), text);
  return Object.keys(contents).map((name) => ({ path: path.join(folder, name), name }));
}

const LINES = '{"a":"1","b":"x"}\n{"a":"2","b":"y"}\n';

test('one dataset, whatever its extension says it is written in', async (context) => {
  const files = await filesOf(context, {
    'd.jsonl': LINES,
    'd.ndjson': LINES,
    'lines.json': LINES,
    'array.JSON': '[{"a":"1","b":"x"},{"a":"2","b":"y"}]',
    'd.csv': 'a,b\n1,x\n2,y\n',
    'd.tsv': 'a\tb\n1\tx\n2\ty\n',
    'd.jsonl.gz': gzipSync(LINES),
    'd.csv.gz': gzipSync('a,b\n1,x\n2,y\n'),
    problems: LINES,
    'problems.gz': gzipSync(LINES),
  });
  for (const file of files) {
    const { rows } = await readDataset(file.name, [file]);
    assert.deepEqual(
      rows.map(({ columns }) => ({ ...columns })),
      [
        { a: '1', b: 'x' },
        { a: '2', b: 'y' },
      ],
      file.name,
    );
    assert.deepEqual(
      rows.map(({ row }) => row),
      [0, 1],
    );
  }
});

test('rows are numbered through all files, and one file is known by its own sha256', async (context) => {
  const [one, two] = await filesOf(context, { '1.jsonl': '{"a":1}\n{"a":2}', '2.jsonl': '{"a":3}' });
  assert.ok(one && two);
  const both = await readDataset('both', [one, two]);
  assert.deepEqual(
    both.rows.map(({ file, row, line }) => [file, row, line]),
    [
      ['1.jsonl', 0, 1],
      ['1.jsonl', 1, 2],
      ['2.jsonl', 2, 1],
    ],
  );
  const first = await readDataset('first', [one]);
  assert.equal(first.sha256, '35a4bed300476fba01ebdfc26d809fe0945ce1d3a67f242fa1ec327e727b8279');
  assert.notEqual(both.sha256, first.sha256);
  assert.notEqual(both.sha256, (await readDataset('other order', [two, one])).sha256);
});

test('what cannot be read says why', async (context) => {
  const [damaged, large] = await filesOf(context, { 'd.jsonl.gz': 'no gzip', 'large.jsonl': '' });
  assert.ok(damaged && large);
  await truncate(large.path, MAX_FILE_BYTES + 1);
  const read = (file: { readonly path: string; readonly name: string }): Promise<unknown> =>
    readDataset(file.name, [file]);
  await assert.rejects(
    read({ path: `${damaged.path}.gone`, name: 'gone.jsonl' }),
    /gone\.jsonl cannot be read \(ENOENT/,
  );
  await assert.rejects(read(damaged), { name: 'UserError', message: /d\.jsonl\.gz cannot be unpacked/ });
  await assert.rejects(read(large), { name: 'UserError', message: /larger than 536870912 bytes/ });
});

test('the limits hold for all files together', async (context) => {
  const [one, two] = await filesOf(context, { '1.jsonl': LINES, '2.jsonl': LINES });
  assert.ok(one && two);
  assert.equal((await readDataset('both', [one, two], 4)).rows.length, 4);
  await assert.rejects(readDataset('both', [one, two], 3), {
    name: 'UserError',
    message: 'The dataset both has more than 3 rows in its files. Name fewer of them.',
  });
  for (const file of [one, two]) await truncate(file.path, MAX_FILE_BYTES / 2 + 1);
  await assert.rejects(readDataset('both', [one, two]), /both has more than 536870912 bytes in its files\. Name fewer/);
});

test('a row says where it is', () => {
  assert.equal(describeRow({ file: 'problems.jsonl', row: 3, line: 5, columns: {} }), 'problems.jsonl, row 3 (line 5)');
  assert.equal(describeRow({ file: 'dataset.fewShot', row: 0, line: null, columns: {} }), 'dataset.fewShot, row 0');
});
