import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { NOTHING, type Line } from '../../../src/webview/chart/content.ts';
import { thinned } from '../../../src/webview/chart/thin.ts';

const line = (y: readonly number[], opacity = 1): Line => ({
  ...{ colour: 'blue', side: 'left', dash: 'solid', width: 1, opacity, dots: false },
  ...{ x: y.map((_, index) => index), y },
});
const content = (...lines: readonly Line[]) => ({ ...NOTHING, lines });

test('no more points than pixels are drawn as they are', () => {
  const few = content(line([1, 2, 3]));
  assert.deepEqual(thinned(few, { min: 0, max: 2 }, 10), few);
});

test('more are a field from the lowest to the highest, and their mean', () => {
  const { lines, bands } = thinned(content(line([0, 1, 5, 5, 2, 4, 9, 7])), { min: 0, max: 8 }, 4);
  const [{ x, y } = assert.fail()] = lines;
  assert.deepEqual(
    [x, y],
    [
      [0, 2, 4, 6],
      [0.5, 5, 3, 8],
    ],
  );
  assert.deepEqual(
    [bands[0]?.low, bands[0]?.high],
    [
      [0, 5, 2, 7],
      [1, 5, 4, 9],
    ],
  );
});

test('what lies behind its average is the field alone', () => {
  const { lines, bands } = thinned(content(line([0, 1, 0, 1, 0, 1], 0.3)), { min: 0, max: 6 }, 3);
  assert.deepEqual([lines.length, bands.length, bands[0]?.opacity], [0, 1, 0.3]);
});

test('only what is in view counts', () => {
  const long = content(line(Array.from({ length: 1000 }, (_, index) => index)));
  assert.deepEqual(thinned(long, { min: 10, max: 20 }, 100), long);
  const { lines } = thinned(long, { min: 100, max: 200 }, 10);
  assert.ok(lines[0] && lines[0].x.length <= 13 && (lines[0].x[0] ?? 0) >= 98);
});

test('nothing is lost between the lowest and the highest, and there are few points', () => {
  const values = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 30, maxLength: 300 });
  fc.assert(
    fc.property(values, fc.integer({ min: 2, max: 25 }), (y, pixels) => {
      const { lines, bands } = thinned(content(line(y)), { min: 0, max: y.length - 1 }, pixels);
      const [field] = bands;
      assert.ok(field && lines[0] && lines[0].x.length <= pixels + 1);
      assert.equal(Math.min(...Array.from(field.low)), Math.min(...y));
      assert.equal(Math.max(...Array.from(field.high)), Math.max(...y));
    }),
  );
});

test('a curve that grows keeps the stretches it had', () => {
  const y = Array.from({ length: 500 }, (_, index) => index % 7);
  const at = (length: number) => thinned(content(line(y.slice(0, length))), { min: 0, max: length - 1 }, 50).lines[0];
  const [before, after] = [at(420), at(430)];
  assert.ok(before && after);
  const shared = before.x.length - 1;
  assert.deepEqual(Array.from(after.y).slice(0, shared), Array.from(before.y).slice(0, shared));
});
