import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { RecipeRow } from '../../../src/engine/protocol/recipeTable.ts';
import { parallelLayout } from '../../../src/webview/compare/recipes/parallelLayout.ts';

function row(value: number | null): RecipeRow {
  const accuracy = value === null ? null : { value, low: value, high: value };
  return { runs: [], measured: 1, isBaseline: false, accuracy, over: null, tokens: null, seconds: null, against: null };
}

function layout(values: Readonly<Record<string, readonly unknown[]>>, accuracies: readonly (number | null)[]) {
  const parameters = Object.entries(values).map(([path, of]) => ({ path, values: of }));
  return parallelLayout({ parameters, rows: accuracies.map(row) });
}

const rounded = (values: readonly number[] = []): number[] => values.map((value) => Math.round(1000 * value) / 1000);

test('values that span a decade stand by their ratio, others by their difference, words one above the other', () => {
  const { axes, lines, left } = layout(
    {
      'optimizer.learningRate': [1e-4, 1e-3, 1e-2],
      'rollout.groupSize': [4, 8, 16],
      'algorithm.preset': ['grpo', undefined, 'dapo'],
    },
    [0.5, 0.6, 0.7],
  );
  assert.deepEqual(
    axes.map(({ title }) => title),
    ['learningRate', 'groupSize', 'preset', 'Accuracy'],
  );
  assert.deepEqual(
    axes.map(({ ticks }) => ticks.map(({ label }) => label)),
    [
      ['1e-4', '0.001', '0.01'],
      ['4', '8', '16'],
      ['dapo', 'grpo', 'not set'],
      ['50.0 %', '70.0 %', '55.0 %', '60.0 %', '65.0 %'],
    ],
  );
  assert.deepEqual(
    lines.map(({ at }) => rounded(at)),
    [
      [0, 0, 0.5, 0],
      [0.5, 0.333, 1, 0.5],
      [1, 1, 0, 1],
    ],
  );
  assert.equal(left, 0);
});

test('what is not measured has no line, and one value stands in the middle', () => {
  const { lines } = layout({ seed: [1, 2] }, [null, 0.5]);
  assert.deepEqual(lines, [{ row: 1, at: [1, 0.5] }]);
});

test('numbers stand by value, then words, then what is not set', () => {
  const [axis] = layout({ warmup: [undefined, 16, 'none', 4, 100] }, [0, 0, 0, 0, 0]).axes;
  assert.deepEqual(
    axis?.ticks.map(({ label }) => label),
    ['4', '16', '100', 'none', 'not set'],
  );
});

test('zero has no logarithm', () => {
  assert.deepEqual(rounded(layout({ beta: [0, 0.1, 1] }, [0, 0, 0]).lines[1]?.at.slice(0, 1)), [0.1]);
});

test('settings that end alike are called by their whole path, and more than a picture holds are counted', () => {
  const { axes } = layout({ 'evaluation.every': [1, 2], 'checkpoint.every': [1, 2] }, [0, 1]);
  assert.deepEqual(
    axes.slice(0, 2).map(({ title }) => title),
    ['evaluation.every', 'checkpoint.every'],
  );
  const many = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`p${index}`, [1, 2]]));
  assert.deepEqual([layout(many, [0, 1]).axes.length, layout(many, [0, 1]).left], [8, 2]);
});

test('whatever the values, every line is on every axis, and equal values at the same place', () => {
  const value = fc.oneof(fc.double({ min: -1e9, max: 1e9, noNaN: true }), fc.string(), fc.boolean());
  const values = fc.array(value, { minLength: 2, maxLength: 12 });
  fc.assert(
    fc.property(values, fc.boolean(), (found, asNumbers) => {
      const given = asNumbers ? found.map((one) => (typeof one === 'number' ? one : 0)) : found;
      const { axes, lines } = layout(
        { x: given },
        given.map(() => 0.5),
      );
      for (const { at } of lines)
        assert.ok(
          at.every((place) => place >= 0 && place <= 1),
          String(at),
        );
      for (const { ticks } of axes) for (const { at } of ticks) assert.ok(at >= -1e-9 && at <= 1 + 1e-9, String(at));
      for (const [index, one] of given.entries())
        for (const [other, two] of given.entries())
          if (Object.is(one, two)) assert.equal(lines[index]?.at[0], lines[other]?.at[0]);
    }),
  );
});
