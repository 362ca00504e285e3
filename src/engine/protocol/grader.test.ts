import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { graderReplySchema, graderRequestSchema, MAX_PLACES } from './grader.ts';

const result = { kind: 'result', id: 1, item: 0, value: 0.5 };
const threw = { kind: 'threw', id: 1, item: null, timeout: false, message: 'no' };
const counts = { reached: [2, 0], yes: [1, 0], no: [1, 0], values: [[0, '"x"', 1]] };
const trace = { kind: 'trace', id: 1, trace: counts };

test('well-formed replies pass unchanged', () => {
  const replies = [
    { kind: 'ready' },
    { kind: 'loadError', reward: 'a', message: 'no' },
    { kind: 'started', id: 1, item: 0 },
    result,
    threw,
    trace,
  ];
  for (const reply of replies) assert.deepEqual(graderReplySchema.parse(reply), reply);
});

const malformed: readonly unknown[] = [
  null,
  'ready',
  [],
  {},
  { kind: 'Ready' },
  { kind: 'ready', extra: 1 },
  { ...result, id: '1' },
  { ...result, id: 1.5 },
  { ...result, id: 2 ** 60 },
  { ...result, item: undefined },
  { ...result, item: -Infinity },
  { ...result, extra: 1 },
  JSON.parse('{"kind":"result","id":1,"item":0,"value":1,"__proto__":{"kind":"ready"}}'),
  { ...threw, message: 'x'.repeat(16_385) },
  { ...threw, timeout: 1 },
  { kind: 'loadError', reward: 'x'.repeat(257), message: 'no' },
  { ...trace, trace: { ...counts, reached: [-1] } },
  { ...trace, trace: { ...counts, values: [[0, 'x'.repeat(81), 1]] } },
  { ...trace, trace: { ...counts, yes: Array.from({ length: MAX_PLACES + 1 }, () => 0) } },
];

for (const message of malformed) {
  test(`refused: ${JSON.stringify(message).slice(0, 80)}`, () =>
    assert.equal(graderReplySchema.safeParse(message).success, false));
}

test('no message makes a parser throw or change a prototype', () => {
  const field = fc.oneof(
    fc.anything(),
    fc.constantFrom('result', 'threw', 'trace', 'ready', 'score', 'setup', 1, 0, null, true),
  );
  const nearly = fc.record(
    { kind: field, id: field, item: field, value: field, message: field, timeout: field },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(nearly, fc.anything()), (message) => {
      graderReplySchema.safeParse(message);
      graderRequestSchema.safeParse(message);
    }),
    { numRuns: 10_000 },
  );
  assert.equal(Object.keys(Object.prototype).length, 0);
});
