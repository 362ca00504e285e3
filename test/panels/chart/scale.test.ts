import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { NOTHING, type ChartContent, type Line } from '../../../src/webview/chart/content.ts';
import {
  firstAtLeast,
  nearest,
  positions,
  valueAt,
  valueExtent,
  within,
  zoomed,
} from '../../../src/webview/chart/scale.ts';

const LINE: Line = {
  ...{ colour: 'blue', side: 'left', dash: 'solid', width: 1, opacity: 1, dots: false },
  x: [0, 1, 2, 3],
  y: [1, 2, 3, 100],
};
const ANY = { least: -Infinity, greatest: Infinity, include: [] };
const content = (line: Partial<Line>): ChartContent => ({ ...NOTHING, lines: [{ ...LINE, ...line }] });

test('values become pixels, also upside down and logarithmically', () => {
  const down = positions({ min: 0, max: 10, log: false }, 200, 0);
  assert.deepEqual([0, 5, 10].map(down), [200, 100, 0]);
  const log = positions({ min: 1, max: 100, log: true }, 0, 200);
  assert.deepEqual([1, 10, 100].map(log), [0, 100, 200]);
  assert.ok(log(0) < -1000, 'what has no logarithm is far below');
});

test('a zoom keeps its place', () => {
  const scales = fc.record({ min: fc.double({ min: 1, max: 10, noNaN: true }), log: fc.boolean() });
  fc.assert(
    fc.property(scales, fc.double({ min: 0, max: 1, noNaN: true }), ({ min, log }, around) => {
      const scale = { min, max: min * 10, log };
      const closer = { ...zoomed(scale, 0.5, around), log };
      assert.ok(Math.abs(valueAt(closer, around) - valueAt(scale, around)) < 1e-6);
    }),
  );
});

test('an axis shows what is in view with some room, and what it must', () => {
  const all = valueExtent(content({}), 'left', { min: 0, max: 3 }, false, ANY);
  assert.ok(all && all.min < 1 && all.max > 100 && all.max < 110);
  const part = valueExtent(content({}), 'left', { min: 0, max: 1 }, false, ANY);
  assert.ok(part && part.max < 3, 'not the high value outside');
  const share = valueExtent(content({ y: [0.2, 0.3, 0.4, 0.5] }), 'left', { min: 0, max: 3 }, false, {
    ...{ least: 0, greatest: 1, include: [0, 1] },
  });
  assert.deepEqual(share, { min: 0, max: 1 });
  assert.equal(valueExtent(content({}), 'right', { min: 0, max: 3 }, false, ANY), null);
});

test('one value alone gets an axis around it', () => {
  const of = (value: number) =>
    valueExtent(content({ y: [value, value, value, value] }), 'left', { min: 0, max: 3 }, false, ANY);
  assert.deepEqual(of(10), { min: 9, max: 11 });
  assert.deepEqual(of(0), { min: -1, max: 1 });
  const average = valueExtent(content({ y: [0.5, 0.5 - 5e-17, 0.5, 0.5] }), 'left', { min: 0, max: 3 }, false, ANY);
  assert.ok(average && average.max - average.min > 0.05, 'a value and its average differ by rounding alone');
});

test('a logarithmic axis leaves out what has no place on it', () => {
  const extent = valueExtent(content({ y: [0, -5, 1, 100] }), 'left', { min: 0, max: 3 }, true, ANY);
  assert.ok(extent && extent.min > 0.5 && extent.min < 1 && extent.max > 100);
  assert.equal(valueExtent(content({ y: [0, 0, 0, 0] }), 'left', { min: 0, max: 3 }, true, ANY), null);
});

test('looking up in a column', () => {
  assert.equal(firstAtLeast([1, 3, 5], 3), 1);
  assert.equal(firstAtLeast([1, 3, 5], 6), 3);
  assert.deepEqual(
    [0, 1.9, 2.1, 9].map((value) => nearest([1, 3, 5], value)),
    [0, 0, 1, 2],
  );
  assert.equal(nearest([], 1), -1);
});

test('what reaches over an end is moved back and keeps its length', () => {
  const whole = { min: 0, max: 100 };
  assert.deepEqual(within({ min: 20, max: 40 }, whole), { min: 20, max: 40 });
  assert.deepEqual(within({ min: -5, max: 15 }, whole), { min: 0, max: 20 });
  assert.deepEqual(within({ min: 90, max: 110 }, whole), { min: 80, max: 100 });
  assert.equal(within({ min: -10, max: 100 }, whole), whole);
});
