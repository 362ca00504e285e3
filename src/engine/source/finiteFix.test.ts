import assert from 'node:assert/strict';
import { test } from 'node:test';
import { finiteFix } from './finiteFix.ts';

const fixed = (text: string, path = 'reward.ts'): string | null => finiteFix(path, text, 'f')?.text ?? null;

test('what has a name is asked by it, what has none is given one, and is evaluated once', () => {
  assert.equal(
    fixed('export function f({ x }) {\n  return x;\n}'),
    'export function f({ x }) {\n  return Number.isFinite(x) ? x : null;\n}',
  );
  assert.equal(
    fixed('export const f = ({ a, b }) => {\n\tif (!b) return 0;\n\treturn a / b;\n};'),
    'export const f = ({ a, b }) => {\n\tif (!b) return 0;\n\tconst score = a / b;\n\treturn Number.isFinite(score) ? score : null;\n};',
  );
  assert.equal(
    fixed('export const f = ({ score }) => Number(score);'),
    'export const f = ({ score }) => {\n  const value = Number(score);\n  return Number.isFinite(value) ? value : null;\n};',
  );
  assert.equal(
    fixed('export function f(a) {\n  if (a) return a.b;\n  return 1 > 2 ? -1 : !a;\n}'),
    'export function f(a) {\n  if (a) {\n    const score = a.b;\n    return Number.isFinite(score) ? score : null;\n  }\n  return 1 > 2 ? -1 : !a;\n}',
  );
});

test('where several things are returned that are worked out, each is asked', () => {
  assert.equal(
    fixed('export const f = ({ a, b }) => {\n  if (a) return a;\n  if (!b) return 0;\n  return a / b;\n};'),
    'export const f = ({ a, b }) => {\n  if (a) return Number.isFinite(a) ? a : null;\n  if (!b) return 0;\n' +
      '  const score = a / b;\n  return Number.isFinite(score) ? score : null;\n};',
  );
  assert.equal(
    fixed('export function f(a) {\n  if (a) return a.b;\n  return a.c;\n}'),
    'export function f(a) {\n  if (a) {\n    const score = a.b;\n    return Number.isFinite(score) ? score : null;\n  }\n' +
      '  const score = a.c;\n  return Number.isFinite(score) ? score : null;\n}',
  );
});

test('the type of what is returned is kept right', () => {
  assert.match(
    fixed('export function f(x: number): number { return x; }') ?? '',
    /\): number \| null \{ return Number/,
  );
  assert.match(
    fixed('export function f(x: number): number | null { return x; }') ?? '',
    /\): number \| null \{ return N/,
  );
});

test('where it is not certain what to edit, nothing is', () => {
  for (const text of [
    'export const f = (a) => { if (a > 3) return a; if (a > 2) return a / 2; if (a > 1) return a / 3; return a / 4; };',
    'export function f(a) { if (a) return a; return g(score, value, result); }',
    'export const f = () => 1;',
    'export const f = make();',
    'export const f = ({ a, b }) => (a / b);',
    'export const g = ({ a }) => a;',
    'export const f = ({ score, value, result }) => score + value + result;',
    'export const f = ;',
    // A promise is no number.
    'export async function f(x): Promise<number> { return x; }',
    'export const f = async ({ x }) => judged(x);',
    'export function* f(x) { return x; }',
  ])
    assert.equal(fixed(text), null, text);
  assert.equal(fixed('def f(): return 1', 'reward.py'), null);
  // What a function inside returns is no score.
  assert.match(
    fixed('export function f(x) { const g = () => { return x; }; return x; }') ?? '',
    /return x; }; return Number/,
  );
});
