/** Parquet as others write it, in each compression. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, test } from 'node:test';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { parseParquet, ParquetReader } from '../../src/engine/data/formats/parquetReader.ts';

const FIXTURES = path.join(import.meta.dirname, '../fixtures/parquet');

function written(columns: Readonly<Record<string, readonly unknown[]>>, rowGroupSize = 1000): Uint8Array {
  const columnData = Object.entries(columns).map(([name, data]) => ({ name, data: [...data] }));
  return new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize }));
}

test('every compression that datasets come in', async () => {
  const first = {
    brotli: [4, { c0: 1593604800, c1: 'abc', v11: 42 }],
    gzip: [513, { long_col: 1 }],
    lz4_raw: [4, { c0: 1593604800, c1: 'abc', v11: 42 }],
    zstd: [1024, { id: '12', url: 'https://en.wikipedia.org/wiki/Anarchism', title: 'Anarchism' }],
  };
  for (const [name, expected] of Object.entries(first)) {
    const rows = await parseParquet(await readFile(path.join(FIXTURES, `${name}.parquet`)), name);
    assert.deepEqual([rows.length, rows[0]?.columns], expected, name);
    assert.deepEqual(
      rows.map(({ row }) => row),
      [...rows.keys()],
    );
  }
});

test('row groups follow each other, and values are as JSON has them', async () => {
  const bytes = written(
    {
      question: ['a', 'ü\n', null],
      level: [1n, 2n ** 60n, 3n],
      at: [new Date(0), new Date(1000), new Date(2000)],
      choices: [{ label: ['A', 'B'] }, { label: [] }, { label: ['C'] }],
    },
    2,
  );
  const rows = await parseParquet(bytes, 'd.parquet');
  assert.deepEqual(
    rows.map(({ columns }) => columns),
    [
      { question: 'a', level: 1, at: '1970-01-01T00:00:00.000Z', choices: { label: ['A', 'B'] } },
      { question: 'ü\n', level: '1152921504606846976', at: '1970-01-01T00:00:01.000Z', choices: { label: [] } },
      { question: null, level: 3, at: '1970-01-01T00:00:02.000Z', choices: { label: ['C'] } },
    ],
  );
  assert.deepEqual(
    rows.map(({ row, line }) => [row, line]),
    [
      [0, null],
      [1, null],
      [2, null],
    ],
  );
});

test('a damaged file, none at all and an empty one are errors', async () => {
  const whole = await readFile(path.join(FIXTURES, 'zstd.parquet'));
  const damaged = Buffer.from(whole);
  damaged.fill(7, 40, 200);
  for (const bytes of [whole.subarray(0, 5000), Buffer.from('no Parquet at all'), new Uint8Array(), damaged])
    await assert.rejects(parseParquet(bytes, 'd.parquet'), {
      name: 'UserError',
      message: /d\.parquet cannot be read as Parquet/,
    });
  await assert.rejects(parseParquet(written({ question: [] }), 'd.parquet'), /d\.parquet/);
});

test('metadata that the library reads as something else than sizes is damage', async () => {
  const bytes = await readFile(path.join(FIXTURES, 'gzip.parquet'));
  // Makes a number of the row group's size, which the format has as a long one.
  bytes.writeUInt8(bytes.readUInt8(1579) ^ (1 << 5), 1579);
  await assert.rejects(parseParquet(bytes, 'x.parquet'), {
    name: 'UserError',
    message: /^x\.parquet cannot be read as Parquet/,
  });
});

test('a page that says it unpacks to more than the whole file is damage', async () => {
  const bytes = written({ question: Array.from({ length: 500 }, (_, row) => `${row} apples and ${row} pears`) });
  const at = 7;
  assert.deepEqual([...bytes.subarray(4, at)], [0x15, 0x06, 0x15], 'a data page, and next its size unpacked');
  const length = bytes.subarray(at).findIndex((byte) => byte < 0x80) + 1;
  assert.equal(length, 3, 'a variable-length number of three bytes');
  bytes.set([0xfe, 0xff, 0x7f], at);
  await assert.rejects(parseParquet(bytes, 'd.parquet'), {
    name: 'UserError',
    message: /^d\.parquet cannot be read as Parquet \(a page of \d+ bytes in a file of \d+\)/,
  });
});

/** Milliseconds, of which a small file takes a few. */
const SHORT_LIMIT_MS = 2000;
const reader = new ParquetReader(SHORT_LIMIT_MS);
after(() => reader.close());

test('a file that is read without end is given up, and the next one is read', async () => {
  const good = await readFile(path.join(FIXTURES, 'gzip.parquet'));
  const endless = Buffer.from(good);
  // The page header ends before it says how long the levels are: the library goes on at a position that is no number.
  endless.writeUInt8(0, 23);
  await assert.rejects(reader.read(endless, 'd.parquet'), {
    name: 'UserError',
    message: /^d\.parquet cannot be read as Parquet \(it was not read after 2 seconds\)/,
  });
  assert.equal((await reader.read(good, 'd.parquet')).length, 513);
});
