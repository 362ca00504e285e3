import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import {
  booleanColumn,
  floatColumn,
  integerColumn,
  listColumn,
  numberColumn,
  structColumn,
  textColumn,
  writeParquet,
  type ParquetColumn,
  type ParquetRow,
} from './parquet.ts';

function written(columns: readonly ParquetColumn[], rows: Iterable<ParquetRow>): ArrayBuffer {
  const chunks: Uint8Array[] = [];
  // Copied, as a file does: the writer uses its memory again.
  writeParquet(columns, rows, (data) => chunks.push(Uint8Array.from(data)));
  const all = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    all.set(chunk, offset);
    offset += chunk.length;
  }
  return all.buffer;
}

const columns = [
  textColumn('text'),
  integerColumn('integer'),
  numberColumn('number'),
  booleanColumn('flag'),
  listColumn('floats', floatColumn),
  listColumn('messages', (name) => structColumn(name, [textColumn('role'), textColumn('content')])),
  structColumn('info', [textColumn('split'), integerColumn('index')]),
];

const optional = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | null> => fc.option(value);
const rowArbitrary = fc.record(
  {
    text: optional(fc.string({ unit: 'grapheme' })),
    integer: optional(fc.integer()),
    number: optional(fc.double({ noNaN: true })),
    flag: optional(fc.boolean()),
    floats: optional(fc.array(fc.float({ noNaN: true }))),
    messages: optional(
      fc.array(fc.record({ role: fc.constant('user'), content: fc.string() }, { noNullPrototype: true })),
    ),
    info: fc.record({ split: fc.constantFrom('train', 'test'), index: fc.integer() }, { noNullPrototype: true }),
  },
  { noNullPrototype: true },
);

test('what is written is read back', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(rowArbitrary, { minLength: 1, maxLength: 20 }), async (rows) => {
      const read = await parquetReadObjects({ file: written(columns, rows) });
      // A list without a value is read as undefined.
      const expected = rows.map((row) => ({
        ...row,
        floats: row.floats ?? undefined,
        messages: row.messages ?? undefined,
      }));
      assert.deepEqual(read, expected);
    }),
    { numRuns: 50 },
  );
});

test('a table without rows is a file with its columns', async () => {
  const file = written(columns, []);
  assert.equal(parquetMetadata(file).num_rows, 0n);
  assert.equal(parquetMetadata(file).schema[1]?.name, 'text');
  assert.deepEqual(await parquetReadObjects({ file }), []);
});

test('long rows are spread over row groups, of which one at a time is in memory', async () => {
  const text = 'x'.repeat(500_000);
  let made = 0;
  let taken = 0;
  let most = 0;
  const rows = function* (): Generator<ParquetRow> {
    for (let i = 0; i < 20; i++) {
      made += 1;
      yield { integer: i, text };
    }
  };
  const chunks: Uint8Array[] = [];
  writeParquet([integerColumn('integer'), textColumn('text')], rows(), (data) => {
    chunks.push(Uint8Array.from(data));
    most = Math.max(most, made - taken);
    taken = made;
  });
  assert.ok(most <= 8, `${most} rows were waiting`);
  const file = Uint8Array.from(Buffer.concat(chunks)).buffer;
  assert.equal(parquetMetadata(file).row_groups.length, 3);
  const read: unknown = await parquetReadObjects({ file, columns: ['integer'] });
  assert.deepEqual(
    read,
    Array.from({ length: 20 }, (_, integer) => ({ integer })),
  );
});
