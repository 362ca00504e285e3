import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { MAX_HEADER_BYTES, parseSafetensorsHeader, readSafetensorsHeader, SafetensorsError } from './safetensors.ts';
import { writeSafetensors } from './safetensorsWriter.ts';
import { readSafetensors } from './tensorData.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'safetensors-'));
});
after(() => rm(folder, { recursive: true }));

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const parse = (header: string, dataBytes: number) =>
  parseSafetensorsHeader(encode(header), 8 + encode(header).length + dataBytes, 'x.safetensors');

/** A file as bytes: length, header, data. */
function fileOf(header: string, data: Uint8Array): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(encode(header).length));
  return Buffer.concat([length, encode(header), data]);
}

async function store(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

test('the header of a file written by the reference implementation', async () => {
  const { metadata, tensors } = await readSafetensorsHeader(
    join(import.meta.dirname, '../../../test/fixtures/golden/gpt2/model.safetensors'),
  );
  assert.deepEqual([...metadata], [['format', 'pt']]);
  assert.equal(tensors.size, 28);
  assert.deepEqual(tensors.get('transformer.h.0.attn.c_attn.weight'), {
    name: 'transformer.h.0.attn.c_attn.weight',
    dtype: 'F32',
    shape: [48, 144],
    offset: 8 + 2616 + 576,
    bytes: 48 * 144 * 4,
  });
});

test('every dtype comes out as float32', async () => {
  const data = Buffer.alloc(64);
  const header = JSON.stringify({
    f64: { dtype: 'F64', shape: [1], data_offsets: [0, 8] },
    i64: { dtype: 'I64', shape: [2], data_offsets: [8, 24] },
    i32: { dtype: 'I32', shape: [], data_offsets: [24, 28] },
    bf16: { dtype: 'BF16', shape: [3], data_offsets: [28, 34] },
    f16: { dtype: 'F16', shape: [2, 3], data_offsets: [34, 46] },
    bool: { dtype: 'BOOL', shape: [2], data_offsets: [46, 48] },
    empty: { dtype: 'F32', shape: [0, 4], data_offsets: [48, 48] },
    f32: { dtype: 'F32', shape: [4], data_offsets: [48, 64] },
  });
  data.writeDoubleLE(0.1, 0);
  data.writeBigInt64LE(-5n, 8);
  data.writeBigInt64LE(50256n, 16);
  data.writeInt32LE(-7, 24);
  [0x3f80, 0xc049, 0x7f80].forEach((bits, i) => data.writeUInt16LE(bits, 28 + 2 * i));
  [0x3c00, 0xc000, 0x0001, 0x7bff, 0x8000, 0xfc00].forEach((bits, i) => data.writeUInt16LE(bits, 34 + 2 * i));
  data[47] = 1;
  [1, 2, 3, 4].forEach((value, i) => data.writeFloatLE(value, 48 + 4 * i));
  const tensors = await readSafetensors(await store('dtypes.safetensors', fileOf(header, data)));
  const values = (name: string): number[] => [...(tensors.get(name)?.data ?? [])];
  assert.deepEqual(values('f64'), [Math.fround(0.1)]);
  assert.deepEqual(values('i64'), [-5, 50256]);
  assert.deepEqual(values('i32'), [-7]);
  assert.deepEqual(values('bf16'), [1, -3.140625, Infinity]);
  assert.deepEqual(values('f16'), [1, -2, 2 ** -24, 65504, -0, -Infinity]);
  assert.deepEqual(values('bool'), [0, 1]);
  assert.deepEqual(values('empty'), []);
  assert.deepEqual(values('f32'), [1, 2, 3, 4]);
  assert.deepEqual(tensors.get('f16')?.shape, [2, 3]);
});

test('a tensor of more than one chunk is read whole', async () => {
  const halves = new Uint16Array(3_000_001);
  // The last of the first chunk, the first of the second, the last of all: 1, 2 and 3.
  halves[2 ** 21 - 1] = 0x3c00;
  halves[2 ** 21] = 0x4000;
  halves[3_000_000] = 0x4200;
  const header = JSON.stringify({ x: { dtype: 'F16', shape: [halves.length], data_offsets: [0, halves.byteLength] } });
  const path = await store('chunks.safetensors', fileOf(header, new Uint8Array(halves.buffer)));
  const data = (await readSafetensors(path)).get('x')?.data ?? new Float32Array();
  assert.equal(data.length, halves.length);
  assert.deepEqual([data[2 ** 21 - 1], data[2 ** 21], data[3_000_000]], [1, 2, 3]);
  assert.equal(data.filter((value) => value !== 0).length, 3);
});

test('an integer that float32 cannot hold is an error, not another integer', async () => {
  const data = Buffer.alloc(8);
  data.writeBigInt64LE(2n ** 24n + 1n);
  const header = '{"ids":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}';
  const path = await store('inexact.safetensors', fileOf(header, data));
  await assert.rejects(readSafetensors(path), {
    name: 'SafetensorsError',
    message: /"ids" \(I64\) has the value 16777217/,
  });
});

test('a dtype without use is an error that lists the usable ones', async () => {
  const header = '{"w":{"dtype":"F8_E4M3","shape":[1],"data_offsets":[0,1]}}';
  const path = await store('f8.safetensors', fileOf(header, new Uint8Array(1)));
  await assert.rejects(readSafetensors(path), { name: 'SafetensorsError', message: /"w" has dtype F8_E4M3.*BF16/ });
});

const float = '"dtype":"F32","shape":[1]';
const refused: { what: string; header: string; bytes: number; message: RegExp }[] = [
  { what: 'no JSON', header: '{"a":', bytes: 0, message: /not valid JSON/ },
  { what: 'an array', header: '[]', bytes: 0, message: /not a JSON object/ },
  { what: 'space before the object', header: ' {}', bytes: 0, message: /not a JSON object/ },
  {
    what: 'a tensor twice',
    header: `{"a":{${float},"data_offsets":[0,4]},"\\u0061":{${float},"data_offsets":[0,4]}}`,
    bytes: 4,
    message: /"a" comes twice/,
  },
  {
    what: 'a dtype twice',
    header: `{"a":{"dtype":"I32",${float},"data_offsets":[0,4]}}`,
    bytes: 4,
    message: /"dtype" comes twice/,
  },
  {
    what: 'a dtype that is no text',
    header: '{"a":{"dtype":32,"shape":[1],"data_offsets":[0,4]}}',
    bytes: 4,
    message: /"a".*dtype:.*fetch or write it again/,
  },
  { what: 'an unknown key', header: `{"a":{${float},"data_offsets":[0,4],"x":1}}`, bytes: 4, message: /"a".*x/ },
  {
    what: 'a negative size',
    header: '{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}',
    bytes: 4,
    message: /"a".*shape\.0/,
  },
  {
    what: 'a fractional size',
    header: '{"a":{"dtype":"F32","shape":[0.5],"data_offsets":[0,2]}}',
    bytes: 2,
    message: /"a".*shape\.0/,
  },
  {
    what: 'a size beyond 2^53',
    header: '{"a":{"dtype":"F32","shape":[1e300],"data_offsets":[0,4]}}',
    bytes: 4,
    message: /"a".*shape\.0/,
  },
  {
    what: 'sizes whose product overflows',
    header: `{"a":{"dtype":"F32","shape":[${Array(32)
      .fill(2 ** 52)
      .join()}],"data_offsets":[0,4]}}`,
    bytes: 4,
    message: /"a".*takes/,
  },
  {
    what: 'too many dimensions',
    header: `{"a":{"dtype":"F32","shape":[${Array(33).fill(1).join()}],"data_offsets":[0,4]}}`,
    bytes: 4,
    message: /"a".*shape/,
  },
  {
    what: 'bytes that are not shape times dtype',
    header: `{"a":{${float},"data_offsets":[0,8]}}`,
    bytes: 8,
    message: /"a".*takes 4 bytes.*gives it 8/,
  },
  {
    what: 'offsets in the wrong order',
    header: `{"a":{${float},"data_offsets":[4,0]}}`,
    bytes: 4,
    message: /"a".*gives it -4/,
  },
  {
    what: 'a hole',
    header: `{"a":{${float},"data_offsets":[0,4]},"b":{${float},"data_offsets":[8,12]}}`,
    bytes: 12,
    message: /"b" starts at byte/,
  },
  {
    what: 'an overlap',
    header: `{"a":{${float},"data_offsets":[0,4]},"b":{${float},"data_offsets":[0,4]}}`,
    bytes: 4,
    message: /"b" starts at byte/,
  },
  {
    what: 'bytes after the last tensor',
    header: `{"a":{${float},"data_offsets":[0,4]}}`,
    bytes: 5,
    message: /tensors end at byte/,
  },
  {
    what: 'a name without end',
    header: `{"${'a'.repeat(1001)}":{${float},"data_offsets":[0,4]}}`,
    bytes: 4,
    message: /name has 1001 characters/,
  },
  {
    what: 'nesting without end',
    header: `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
    bytes: 0,
    message: /nested deeper than 64/,
  },
  {
    what: 'a truncated tensor',
    header: `{"a":{${float},"data_offsets":[0,4]}}`,
    bytes: 3,
    message: /truncated within tensor "a": 66 bytes are expected, 65 are there/,
  },
  { what: 'metadata that are not strings', header: '{"__metadata__":{"n":1}}', bytes: 0, message: /__metadata__.*"n"/ },
  { what: 'metadata that are no object', header: '{"__metadata__":7}', bytes: 0, message: /__metadata__/ },
];
for (const { what, header, bytes, message } of refused) {
  test(`refused: ${what}`, () => {
    assert.throws(
      () => parse(header, bytes),
      (error) => {
        assert.ok(error instanceof SafetensorsError);
        assert.match(error.message, message);
        assert.match(error.message, /^x\.safetensors/);
        return true;
      },
    );
  });
}

for (const dtype of ['F8_E8M0', 'F4', 'C64', 'toString'])
  test(`a file of dtype ${dtype} is not called damaged`, () => {
    const header = JSON.stringify({ a: { dtype, shape: [2], data_offsets: [0, 4] } });
    assert.throws(
      () => parse(header, 4),
      (error) => {
        assert.ok(error instanceof SafetensorsError);
        assert.match(
          error.message,
          new RegExp(`^x\\.safetensors: tensor "a" has the dtype "${dtype}", which .* not read`),
        );
        assert.match(error.message, /take the model that it was made from/);
        assert.doesNotMatch(error.message, /damaged|again/);
        return true;
      },
    );
  });

test('"__proto__" is a name like any other', () => {
  const header = `{"__metadata__":{"__proto__":"m"},"__proto__":{${float},"data_offsets":[0,4]}}`;
  const { metadata, tensors } = parse(header, 4);
  assert.deepEqual([...tensors.keys()], ['__proto__']);
  assert.deepEqual([...metadata], [['__proto__', 'm']]);
  assert.equal(Object.hasOwn(Object.prototype, 'dtype'), false);
});

test('a header longer than the limit or the file is refused before it is read', async () => {
  const long = Buffer.alloc(16);
  long.writeBigUInt64LE(BigInt(MAX_HEADER_BYTES + 1));
  await assert.rejects(readSafetensorsHeader(await store('long', long)), {
    name: 'SafetensorsError',
    message: /limit is 25000000/,
  });
  long.writeBigUInt64LE(2n ** 64n - 1n);
  await assert.rejects(readSafetensorsHeader(await store('huge', long)), {
    name: 'SafetensorsError',
    message: /limit/,
  });
  long.writeBigUInt64LE(9n);
  await assert.rejects(readSafetensorsHeader(await store('short', long)), {
    name: 'SafetensorsError',
    message: /17 bytes are stated, 16 are there/,
  });
  await assert.rejects(readSafetensorsHeader(await store('tiny', long.subarray(0, 7))), {
    name: 'SafetensorsError',
    message: /7 bytes/,
  });
});

test('fuzz: a damaged file is a SafetensorsError or reads within its bounds, never anything else', async () => {
  const path = join(folder, 'whole.safetensors');
  await writeSafetensors(
    path,
    [
      { name: 'a', shape: [2, 3], data: new Float32Array(6) },
      { name: 'b', shape: [4], data: new Float32Array(4) },
    ],
    { format: 'pt' },
  );
  const whole = await readFile(path);
  const headerBytes = Number(whole.readBigUInt64LE());
  const damage = fc.oneof(
    fc.record({ at: fc.nat({ max: whole.length - 1 }), bit: fc.nat({ max: 7 }) }).map(({ at, bit }) => {
      const flipped = Buffer.from(whole);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << bit);
      return flipped;
    }),
    fc.nat({ max: whole.length - 1 }).map((length) => whole.subarray(0, length)),
    fc
      .record({
        at: fc.nat({ max: headerBytes - 1 }),
        text: fc.constantFrom('9'.repeat(20), '1e400', '-1', 'null', '{', '"', '\u0000'),
      })
      .map(({ at, text }) => {
        const header = whole.subarray(8, 8 + headerBytes).toString();
        return fileOf(header.slice(0, at) + text + header.slice(at), whole.subarray(8 + headerBytes));
      }),
  );
  const damaged = join(folder, 'damaged.safetensors');
  await fc.assert(
    fc.asyncProperty(damage, async (bytes) => {
      await writeFile(damaged, bytes);
      try {
        const tensors = await readSafetensors(damaged);
        const elements = [...tensors.values()].reduce((sum, { data }) => sum + data.length, 0);
        assert.ok(elements <= bytes.length);
      } catch (error) {
        assert.ok(error instanceof SafetensorsError, String(error));
      }
    }),
    { numRuns: 500 },
  );
});
