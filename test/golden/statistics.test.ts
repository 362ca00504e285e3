/** The statistics of the engine beside those of SciPy and statsmodels (`../fixtures/statistics/table.py`). */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { z } from 'zod';
import { bootstrapMean } from '../../src/engine/evaluation/bootstrap.ts';
import { holm } from '../../src/engine/evaluation/holm.ts';
import { exactSignTest } from '../../src/engine/evaluation/mcnemar.ts';
import { normalCdf, normalQuantile } from '../../src/engine/evaluation/normal.ts';
import { pairedChange } from '../../src/engine/evaluation/pairedChange.ts';
import { passAtK } from '../../src/engine/evaluation/passAtK.ts';
import { recipeChange } from '../../src/engine/evaluation/recipeChange.ts';
import { studentQuantile, studentTail } from '../../src/engine/evaluation/student.ts';
import { meanChange } from '../../src/engine/evaluation/welch.ts';
import { wilson } from '../../src/engine/evaluation/wilson.ts';

const TOLERANCE = 1e-6;

const number = z.number();
const numbers = z.array(number);
const cases = <Shape extends z.ZodRawShape>(shape: Shape): z.ZodArray<z.ZodObject<Shape, z.core.$strict>> =>
  z.array(z.strictObject(shape)).nonempty();
const interval = { low: number, high: number };

const schema = z.strictObject({
  madeWith: z.record(z.string(), z.string()),
  wilson: cases({ correct: number, n: number, ...interval }),
  mcnemar: cases({ gained: number, lost: number, pValue: number }),
  studentQuantiles: cases({ freedom: number, confidence: number, t: number }),
  studentTails: cases({ t: number, freedom: number, pValue: number }),
  normal: cases({ x: number, cdf: number }),
  normalQuantiles: cases({ p: number, x: number }),
  welch: cases({ before: numbers, after: numbers, value: number, ...interval }),
  passAtK: cases({ n: number, correct: number, k: number, value: number }),
  holm: cases({ pValues: numbers, corrected: numbers }),
  bootstrap: cases({ values: numbers, indices: z.array(numbers), value: number, ...interval }),
  paired: cases({ gained: number, lost: number, n: number, ...interval }),
  recipes: cases({
    before: z.array(numbers),
    after: z.array(numbers),
    value: number,
    ...interval,
    freedom: number,
    pValue: number,
  }),
});

const file = join(import.meta.dirname, '../fixtures/statistics/table.json');
const table = schema.parse(JSON.parse(readFileSync(file, 'utf8')));

function agree(found: number, expected: number, of: unknown): void {
  const allowed = TOLERANCE * Math.max(1, Math.abs(expected));
  assert.ok(Math.abs(found - expected) <= allowed, `${found} is not ${expected} (${JSON.stringify(of).slice(0, 200)})`);
}

/** Of what may be tiny, to a millionth part of it. */
function agreeOnTail(found: number, expected: number, of: unknown): void {
  agree(found, expected, of);
  assert.ok(Math.abs(found - expected) <= TOLERANCE * expected, `${found} is not ${expected} (${JSON.stringify(of)})`);
}

function agreeOnInterval(found: { low: number; high: number }, one: { low: number; high: number }): void {
  agree(found.low, one.low, one);
  agree(found.high, one.high, one);
}

test('Wilson', () => {
  for (const one of table.wilson) agreeOnInterval(wilson(one.correct, one.n), one);
});

test("McNemar's exact test", () => {
  for (const one of table.mcnemar) agreeOnTail(exactSignTest(one.gained, one.lost), one.pValue, one);
});

test("Student's quantiles and tails", () => {
  for (const one of table.studentQuantiles) agree(studentQuantile(one.freedom, one.confidence), one.t, one);
  for (const one of table.studentTails) agreeOnTail(studentTail(one.t, one.freedom), one.pValue, one);
});

test('the normal distribution', () => {
  for (const one of table.normal) agreeOnTail(normalCdf(one.x), one.cdf, one);
  for (const one of table.normalQuantiles) agree(normalQuantile(one.p), one.x, one);
});

test('Welch', () => {
  for (const one of table.welch) {
    const found = meanChange(one.before, one.after);
    agree(found.value, one.value, one);
    agreeOnInterval(found, one);
  }
});

test('pass@k', () => {
  for (const one of table.passAtK) agree(passAtK(one.n, one.correct, one.k), one.value, one);
});

test('Holm', () => {
  for (const one of table.holm) {
    const found = holm(one.pValues);
    assert.equal(found.length, one.corrected.length);
    for (const [index, pValue] of found.entries()) agree(pValue, one.corrected[index] ?? NaN, one);
  }
});

test('the bootstrap, bias-corrected and accelerated, of the same draws', () => {
  for (const one of table.bootstrap) {
    const draws = one.indices.flat();
    let next = 0;
    // The middle of an index's share of [0, 1).
    const uniform = (): number => ((draws[next++] ?? assert.fail('more draws')) + 0.5) / one.values.length;
    const found = bootstrapMean(one.values, uniform, one.indices.length);
    assert.equal(next, draws.length);
    agree(found.value, one.value, one.values);
    agreeOnInterval(found, one);
  }
});

test('the paired interval', () => {
  for (const one of table.paired) {
    const before = Array.from({ length: one.n }, (_, problem) => (problem < one.lost ? 1 : 0));
    const after = before.map((_, problem) => (problem >= one.lost && problem < one.lost + one.gained ? 1 : 0));
    agreeOnInterval(pairedChange(before, after), one);
  }
});

test('recipes over seeds and problems: the parts of an analysis of variance', () => {
  for (const one of table.recipes) {
    const found = recipeChange(one.before, one.after);
    agree(found.value, one.value, one);
    agreeOnInterval(found, one);
    agree(found.freedom, one.freedom, one);
    agree(found.pValue, one.pValue, one);
  }
});
