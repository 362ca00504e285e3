import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Place } from '../protocol/scoring.ts';
import { instrument } from './instrument.ts';

/** The text at a place. */
function at(source: string, { line, column, endLine, endColumn }: Place): string {
  const lines = source.split('\n').slice(line, endLine + 1);
  const last = (lines.pop() ?? '').slice(0, endColumn);
  return [...lines, last].join('\n').slice(column);
}

/** Each place of a file as `kind: text`, a condition with its branches. */
function probed(source: string, path = 'reward.ts'): string[] {
  const instrumented = instrument(path, source);
  assert.ok(instrumented);
  return instrumented.places.map((place) => {
    if (place.kind === 'switch') return 'switch';
    const text = `${place.kind}: ${at(source, place.place)}`;
    if (place.kind !== 'condition' || place.branches === undefined) return text;
    return `${text} ? ${at(source, place.branches.then)} : ${at(source, place.branches.else)}`;
  });
}

test('constants, returns and conditions inside functions', () => {
  const source = `
const outside = 1;
export const f = ({ completion }) => {
  const parts = completion.split(' ');
  let other = 2;
  const { length } = parts, [first = 'none'] = parts;
  while (other < length) other++;
  for (let i = 0; i < 3; i++);
  for (;;) break;
  do other--; while (other > 5);
  if (first === 'a' && length) return;
  return other;
};
export const g = (x) => x ? 1 : 0;`;
  assert.deepEqual(probed(source), [
    "const: completion.split(' ')",
    'assigned: 2',
    'const: parts',
    'const: parts',
    'condition: other < length',
    'assigned: other++',
    'condition: i < 3',
    'condition: other > 5',
    'assigned: other--',
    "condition: first === 'a' && length ? return; : first === 'a' && length",
    'return: other',
    'return: x ? 1 : 0',
    'condition: x ? 1 : 0',
  ]);
});

test('what variables are given, once and again', () => {
  const source = `
let outside = 1;
outside = 2;
export function f({ completion }) {
  let score = 0, none, named = () => 1;
  var parts = completion.split(',');
  for (let i = 0, n = parts.length; i < n; i++) score += 1;
  for (const part of parts) score++;
  named = () => 2;
  score *= 2; --score; this.score = score; this.score++;
  ({ none } = { none: score = 1 });
  if (none = parts[0]) score ||= 1;
  return named();
}`;
  assert.deepEqual(probed(source), [
    'assigned: 0',
    'return: 1',
    "assigned: completion.split(',')",
    'condition: i < n',
    'assigned: score += 1',
    'assigned: score++',
    'return: 2',
    ...['assigned: score *= 2', 'assigned: --score', 'assigned: this.score = score'],
    'assigned: { none } = { none: score = 1 }',
    'condition: none = parts[0] ? score ||= 1; : none = parts[0]',
    'assigned: score ||= 1',
    'return: named()',
  ]);
});

test('what is a function keeps its name, whatever types are around it', () => {
  const source = `
function f() {
  const a = () => {};
  const b = function () {} as () => void;
  const c = (class {}) satisfies unknown;
  const d = (a!);
  return () => 1;
}`;
  assert.deepEqual(probed(source), ['const: a!', 'return: 1']);
});

test('cases with statements of their own', () => {
  const source = `
function f(x) {
  switch (x) {
    case 1:
    case 2:
      return 'low';
    default:
      x();
  }
}`;
  assert.deepEqual(probed(source), [
    'switch',
    "case: case 2:\n      return 'low';",
    'case: default:\n      x();',
    "return: 'low'",
  ]);
});

test('regular expressions that are tried, written there or named', () => {
  const source = `
const NUMBER = /\\d+/;
const SHADOWED = /a/;
let LATER = /b/;
function f(text, other) {
  /x/.test(text); NUMBER.exec(text); text.match(NUMBER)![0]; text?.match(NUMBER); text.search(/y/); text.split(/z/);
  text.replace(/r/, ''); text.trim().replaceAll(NUMBER, ''); text.matchAll(/m/g);
  function g(SHADOWED) { SHADOWED.test(text); }
  LATER.test(text); other.test(text); text.replace('r', ''); text.match(); text.match(...other); text.split(/z/, 2); text['match'](/x/);
  text?.match(NUMBER).index; text?.match(NUMBER)!.index; text?.replace(/x/, ''); text?.trim().replace(/x/, '');
}`;
  assert.deepEqual(probed(source), [
    'match: /x/',
    ...['match: NUMBER', 'match: NUMBER', 'match: NUMBER'],
    ...['match: /y/', 'match: /z/', 'match: /r/', 'match: NUMBER', 'match: /m/g'],
  ]);
});

test('in JavaScript, with JSX, and in CommonJS', () => {
  assert.deepEqual(probed('exports.f = (x) => x;', 'reward.cjs'), ['return: x']);
  assert.deepEqual(probed('export const f = (x) => <b>{x}</b>;', 'reward.jsx'), ['return: <b>{x}</b>']);
  assert.deepEqual(probed('export const f = <T,>(x: T) => <T>x;', 'reward.mts'), ['return: <T>x']);
});

test('what cannot be told about is null', () => {
  for (const [path, source] of [
    ['reward.ts', 'export const f = () => ;'],
    ['reward.json', '{}'],
    ['reward.py', 'def f(): return 1'],
    ['reward.ts', 'export const f = (rlvrProbe) => 1;'],
    ['reward.ts', `export const f = () => [${'x ? 1 : 0, '.repeat(2_000)}];`],
  ] as const)
    assert.equal(instrument(path, source), null, source.slice(0, 40));
});
