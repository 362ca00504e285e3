/** Headers written to do harm: each is refused as a SafetensorsError or says only what its file can hold. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DTYPE_BYTES, MAX_HEADER_BYTES, parseSafetensorsHeader, SafetensorsError } from './safetensors.ts';

const HEADERS = 10_000;
const DATA_BYTES = 64;

const name = fc.oneof(
  fc.constantFrom(
    'a',
    'b',
    '__proto__',
    'constructor',
    'toString',
    '__metadata__',
    '',
    '../x',
    'model.embed_tokens.weight',
  ),
  fc.string({ maxLength: 6, unit: 'binary' }),
);
const dtype = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...Object.keys(DTYPE_BYTES)) },
  fc.constantFrom('__proto__', 'f32', 'F4', '', null, 32),
);
/** Sizes and offsets: small, at the edges of what numbers hold, and no numbers at all. */
const size = fc.oneof(
  { weight: 6, arbitrary: fc.nat({ max: DATA_BYTES }) },
  fc.constantFrom(-1, 0.5, 2 ** 31, 2 ** 32, 2 ** 53, 2 ** 53 - 1, 1e300, '4', null, [], {}),
);
const entry = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ dtype, shape: fc.array(size, { maxLength: 3 }), data_offsets: fc.tuple(size, size) }),
  },
  fc.dictionary(fc.oneof(name, fc.constantFrom('dtype', 'shape', 'data_offsets')), fc.anything({ maxDepth: 2 })),
  fc.jsonValue({ maxDepth: 3 }),
);

/** Two tensors that are right, in either order, which the fuzz then changes: most headers should get past the first check. */
const sound = fc.record({ split: fc.nat({ max: DATA_BYTES / 4 }), swap: fc.boolean() }).map(({ split, swap }) => {
  const a = { dtype: 'F32', shape: [split], data_offsets: [0, 4 * split] };
  const b = { dtype: 'BF16', shape: [DATA_BYTES / 2 - 2 * split], data_offsets: [4 * split, DATA_BYTES] };
  return JSON.stringify(swap ? { b, a } : { a, b });
});
const written = fc
  .array(fc.tuple(name, entry), { maxLength: 4 })
  .map((entries) => `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`);
/** Tensors that are right by themselves and lie anywhere, the last one up to the end: over each other, or with holes between. */
const placed = fc
  .array(fc.record({ begin: fc.nat({ max: 8 }), count: fc.nat({ max: 8 }) }), { minLength: 1, maxLength: 2 })
  .chain((places) => fc.nat({ max: 16 }).map((begin) => [...places, { begin, count: 16 - begin }]))
  .map((places) =>
    Object.fromEntries(
      places.map(({ begin, count }, index) => [
        `t${index}`,
        { dtype: 'F32', shape: [count], data_offsets: [4 * begin, 4 * (begin + count)] },
      ]),
    ),
  )
  .map((json) => JSON.stringify(json));
const changed = fc
  .record({
    text: sound,
    at: fc.nat(),
    removed: fc.nat({ max: 3 }),
    put: fc.oneof(
      fc.string({ maxLength: 3 }),
      fc.constantFrom(
        '9',
        '-',
        '1e9',
        '{',
        '[',
        '"',
        '\\',
        ',',
        '"a":1,',
        '['.repeat(200),
        '9'.repeat(30),
        '1,'.repeat(200),
      ),
    ),
  })
  .map(({ text, at, removed, put }) => {
    const start = at % text.length;
    return text.slice(0, start) + put + text.slice(start + removed);
  });

const header = fc
  .oneof(
    { weight: 5, arbitrary: changed },
    { weight: 4, arbitrary: written },
    { weight: 3, arbitrary: placed },
    { weight: 1, arbitrary: sound },
  )
  .map((text): Uint8Array => new TextEncoder().encode(text));
const hostile = fc.oneof({ weight: 9, arbitrary: header }, fc.uint8Array({ maxLength: 64 }));

/** What was read lies within the file, one after the other. */
function assertWithinFile(bytes: Uint8Array): 'read' {
  const { tensors, metadata } = parseSafetensorsHeader(bytes, 8 + bytes.length + DATA_BYTES, 'x.safetensors');
  let end = 8 + bytes.length;
  for (const [key, { name: known, dtype: type, shape, offset, bytes: length }] of tensors) {
    assert.equal(key, known);
    assert.equal(offset, end);
    assert.equal(
      length,
      shape.reduce((product, dimension) => product * dimension, DTYPE_BYTES[type]),
    );
    end += length;
  }
  assert.equal(end, 8 + bytes.length + DATA_BYTES);
  for (const text of metadata.values()) assert.equal(typeof text, 'string');
  return 'read';
}

test(`fuzz: ${HEADERS} headers, each read within its file or a SafetensorsError`, () => {
  const outcomes = { read: 0, refused: 0 };
  const prototype = Object.getOwnPropertyNames(Object.prototype);
  fc.assert(
    fc.property(hostile, (bytes) => {
      try {
        outcomes[assertWithinFile(bytes)]++;
      } catch (error) {
        assert.ok(error instanceof SafetensorsError, String(error));
        assert.ok(error.message.length < 5000, 'the message stays readable');
        outcomes.refused++;
      }
    }),
    { numRuns: HEADERS },
  );
  assert.deepEqual(Object.getOwnPropertyNames(Object.prototype), prototype);
  assert.ok(outcomes.read > HEADERS / 50 && outcomes.refused > HEADERS / 2, JSON.stringify(outcomes));
});

test('a header of the largest size, made to be slow, is refused before anything is made of it', () => {
  const filled = (before: string, unit: string): Uint8Array =>
    new TextEncoder().encode(before + unit.repeat((MAX_HEADER_BYTES - before.length) / unit.length));
  const names = Array.from({ length: 2_000_000 }, (_, index) => `"${index}":1`);
  for (const [what, bytes] of Object.entries({
    'arrays in arrays': filled('{"a":', '['),
    'objects in objects': filled('', '{"a":'),
    'a shape of arrays': filled('{"a":{"dtype":"F32","shape":[', '[],'),
    'names without end': new TextEncoder().encode(`{${names.join(',')}}`),
    'metadata of numbers': filled('{"__metadata__":[', '1,'),
  })) {
    const before = process.memoryUsage().heapUsed;
    assert.throws(
      () => parseSafetensorsHeader(bytes, 8 + bytes.length, 'x.safetensors'),
      { name: 'SafetensorsError', message: /nested deeper than|more than (?:64 values|200000 names)/ },
      what,
    );
    const taken = process.memoryUsage().heapUsed - before;
    assert.ok(taken < 8 * MAX_HEADER_BYTES, `${what} took ${taken} bytes`);
  }
});
