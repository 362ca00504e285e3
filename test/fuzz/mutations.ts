/** Inputs that are nearly right: valid ones with changes that a broken disk, another version or a hostile author would make. */
import fc from 'fast-check';

/** Names that mean something to JavaScript, and sizes at the edges of what numbers hold. */
const ODD_KEYS = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'length',
  '',
  ' ',
  '\u0000',
  '\ud800',
];
const ODD_VALUES: readonly unknown[] = [
  ...[
    null,
    true,
    false,
    '',
    'x',
    '__proto__',
    '../../etc/passwd',
    '\u0000',
    '\ud800',
    'a'.repeat(5000),
    'NaN',
    '1e999',
  ],
  ...[-1, -0, 0.5, 2 ** 31, 2 ** 32, 2 ** 53, 2 ** 53 + 2, 1e300, -1e300, Number.MIN_VALUE],
  ...[[], {}, [[]], [null], { '': null }, Array.from({ length: 300 }, (_, index) => index)],
];

const oddKey = fc.oneof(fc.constantFrom(...ODD_KEYS), fc.string({ maxLength: 8, unit: 'binary' }));
const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...ODD_VALUES) },
  { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  { weight: 1, arbitrary: fc.string({ maxLength: 30, unit: 'binary' }) },
);

const jsonEdit = fc.record({
  at: fc.nat(),
  how: fc.constantFrom('replace', 'replace', 'remove', 'add', 'repeat', 'move'),
  key: oddKey,
  value: oddValue,
});
type JsonEdit = typeof jsonEdit extends fc.Arbitrary<infer Edit> ? Edit : never;

/** Valid JSON values with up to four entries changed, and now and then any value at all. */
export function mutatedJson(valid: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const edited = fc
    .tuple(valid, fc.array(jsonEdit, { maxLength: 4 }))
    .map(([value, edits]) => edits.reduce(edit, value));
  return fc.oneof({ weight: 9, arbitrary: edited }, { weight: 1, arbitrary: oddValue });
}

interface Place {
  readonly holder: unknown[] | Record<string, unknown>;
  readonly key: string;
}

/** A copy with one change, at one of its entries or at the whole. */
function edit(value: unknown, { at, how, key, value: put }: JsonEdit): unknown {
  const root = { root: structuredClone(value) };
  const places = placesIn(root);
  const { holder, key: name } = places[at % places.length] ?? { holder: root, key: 'root' };
  const old = own(holder, name);
  if (how === 'replace') define(holder, name, put);
  else if (how === 'remove') Reflect.deleteProperty(holder, name);
  else if (how === 'move') define(holder, key, old);
  else if (how === 'add') define(isHolder(old) ? old : holder, key, put);
  else
    define(
      holder,
      name,
      Array.from({ length: 1 + (at % 70) }, () => old),
    );
  return root.root;
}

function isHolder(value: unknown): value is Place['holder'] {
  return typeof value === 'object' && value !== null;
}

function placesIn(value: unknown): Place[] {
  if (!isHolder(value)) return [];
  return Object.keys(value).flatMap((key) => [{ holder: value, key }, ...placesIn(own(value, key))]);
}

function own(holder: Place['holder'], key: string): unknown {
  return Object.getOwnPropertyDescriptor(holder, key)?.value;
}

/** As `JSON.parse` does: `__proto__` is an entry like any other. */
function define(holder: Place['holder'], key: string, value: unknown): void {
  if (Array.isArray(holder) && key === 'length') return;
  Object.defineProperty(holder, key, { value, writable: true, enumerable: true, configurable: true });
}

/** Pieces that mean something in the formats of text. */
const PIECES = [
  '{',
  '}',
  '[',
  ']',
  '"',
  "'",
  '\\',
  ',',
  ':',
  '\n',
  '\r',
  '\t',
  '\u0000',
  '\ufeff',
  '\ud800',
  '//',
  '/*',
  '-',
  '.',
  '=',
  '`',
];
const LONG_PIECES = [
  '['.repeat(2000),
  '{"a":'.repeat(500),
  '9'.repeat(400),
  '1e',
  '1e999',
  '"__proto__":',
  '\\u',
  '(a+)+$',
  '../',
  'a'.repeat(3000),
];

const textEdit = fc.record({
  at: fc.nat(),
  removed: fc.nat({ max: 20 }),
  put: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...PIECES) },
    { weight: 2, arbitrary: fc.constantFrom(...LONG_PIECES) },
    { weight: 2, arbitrary: fc.string({ maxLength: 10, unit: 'binary' }) },
  ),
});

/** Valid texts with up to five edits, those of `mutatedJson` where they are JSON, and now and then any text at all. */
export function mutatedText(valid: readonly string[]): fc.Arbitrary<string> {
  const edited = (texts: fc.Arbitrary<string>): fc.Arbitrary<string> =>
    fc.tuple(texts, fc.array(textEdit, { maxLength: 5 })).map(([text, edits]) =>
      edits.reduce((old, { at, removed, put }) => {
        const start = at % (old.length + 1);
        return old.slice(0, start) + put + old.slice(start + removed);
      }, text),
    );
  return fc.oneof(
    { weight: 8, arbitrary: edited(fc.constantFrom(...valid)) },
    {
      weight: 1,
      arbitrary: edited(
        fc.tuple(fc.constantFrom(...valid), fc.nat()).map(([text, end]) => text.slice(0, end % (text.length + 1))),
      ),
    },
    { weight: 1, arbitrary: fc.oneof(fc.string({ unit: 'binary' }), fc.json()) },
  );
}

/** A JSON text of a value: where a value came from `mutatedJson`, one that any JSON parser takes. */
export function asText(values: fc.Arbitrary<unknown>): fc.Arbitrary<string> {
  return values.map((value) => JSON.stringify(value ?? null));
}

const byteEdit = fc.record({
  at: fc.nat(),
  how: fc.constantFrom('flip', 'flip', 'flip', 'fill', 'huge', 'cut', 'insert', 'copy'),
  length: fc.nat({ max: 64 }),
  byte: fc.nat({ max: 255 }),
});

/** Valid bytes with up to six edits: bits turned, runs overwritten, sizes made huge, the end cut off; and now and then any bytes at all. */
export function mutatedBytes(valid: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const edited = fc.tuple(fc.constantFrom(...valid), fc.array(byteEdit, { maxLength: 6 })).map(([bytes, edits]) =>
    edits.reduce((old: Uint8Array, { at, how, length, byte }) => {
      const start = old.length === 0 ? 0 : at % old.length;
      const copy = Uint8Array.from(old);
      if (how === 'flip' && old.length > 0) copy[start] = (copy[start] ?? 0) ^ (1 << (byte % 8));
      else if (how === 'fill') copy.fill(byte, start, start + length);
      else if (how === 'huge') copy.fill(0xff, start, start + 4);
      else if (how === 'copy') copy.copyWithin(byte % Math.max(1, old.length), start, start + length);
      else if (how === 'cut') return copy.subarray(0, start);
      else if (how === 'insert')
        return Buffer.concat([copy.subarray(0, start), new Uint8Array(length).fill(byte), copy.subarray(start)]);
      return copy;
    }, bytes),
  );
  return fc.oneof({ weight: 12, arbitrary: edited }, { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) });
}
