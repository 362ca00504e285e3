import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  compactText,
  linearTicks,
  logTicks,
  percentText,
  plainText,
  stepTicks,
  timeText,
  timeTicks,
  wholeText,
} from '../../../src/webview/chart/ticks.ts';

test('marks are on round numbers, and said with the digits that tell them apart', () => {
  const { values, step } = linearTicks({ min: 0.13, max: 0.62 }, 5);
  assert.deepEqual(
    values.map((value) => plainText(value, step)),
    ['0.2', '0.3', '0.4', '0.5', '0.6'],
  );
  const shares = linearTicks({ min: 0, max: 1 }, 4);
  assert.deepEqual(
    shares.values.map((value) => percentText(value, shares.step)),
    ['0 %', '50 %', '100 %'],
  );
  const small = linearTicks({ min: 0, max: 5e-4 }, 5);
  assert.deepEqual(
    small.values.map((value) => plainText(value, small.step)),
    ['0', '1e-4', '2e-4', '3e-4', '4e-4', '5e-4'],
  );
});

test('marks lie inside, in order, and are not too many', () => {
  const extents = fc
    .tuple(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.double({ min: 1e-6, max: 1e6, noNaN: true }))
    .map(([min, length]) => ({ min, max: min + length }));
  fc.assert(
    fc.property(extents, fc.integer({ min: 1, max: 12 }), (extent, count) => {
      const { values, step } = linearTicks(extent, count);
      // Of marks at the end of what a double tells apart, less than is seen.
      const room = step * 1e-3;
      assert.ok(values.length <= count + 1);
      assert.ok(values.every((value) => value >= extent.min - room && value <= extent.max + room));
      assert.ok(values.every((value, index) => index === 0 || value > (values[index - 1] ?? Infinity)));
      const texts = values.map((value) => plainText(value, step));
      assert.equal(new Set(texts).size, texts.length, texts.join(' '));
    }),
  );
});

test('an axis of no length, or of what is no number, has no marks', () => {
  assert.deepEqual(linearTicks({ min: 1, max: 1 }, 5).values, []);
  assert.deepEqual(linearTicks({ min: NaN, max: 1 }, 5).values, []);
  assert.deepEqual(logTicks({ min: 0, max: 1 }, 5).values, []);
  assert.deepEqual(linearTicks({ min: 0.5, max: 0.5 + 1e-16 }, 5).values, []);
  assert.deepEqual(linearTicks({ min: 1e17, max: 1e17 + 16 }, 5).values, []);
});

test('steps are whole', () => {
  assert.deepEqual(stepTicks({ min: 0, max: 3 }, 8).values, [0, 1, 2, 3]);
  assert.deepEqual(stepTicks({ min: 0, max: 400 }, 4).values, [0, 100, 200, 300, 400]);
});

test('powers of ten on a logarithmic axis', () => {
  assert.deepEqual(logTicks({ min: 1e-5, max: 1 }, 6).values, [1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1]);
  assert.deepEqual(logTicks({ min: 1, max: 100 }, 6).values, [1, 2, 5, 10, 20, 50, 100]);
  assert.deepEqual(logTicks({ min: 1e-12, max: 1 }, 4).values, [1e-12, 1e-9, 1e-6, 1e-3, 1]);
  assert.deepEqual(logTicks({ min: 2, max: 6 }, 4).values, [2, 3, 4, 5, 6], 'within a decade');
  assert.equal(plainText(1e-5, 0), '1e-5');
  assert.equal(plainText(20, 0), '20');
});

test('time is counted as clocks do', () => {
  assert.deepEqual(timeTicks({ min: 0, max: 300 }, 5).values, [0, 60, 120, 180, 240, 300]);
  assert.deepEqual([0, 30, 60, 900, 3600, 5400].map(timeText), ['0', '30 s', '1 min', '15 min', '1 h', '1 h 30 min']);
});

test('a whole number is short where nothing is lost', () => {
  assert.deepEqual([0, 1500, 250_000, 1_500_000, 256_379].map(wholeText), ['0', '1,500', '250k', '1.5M', '256,379']);
});

test('large numbers are short', () => {
  assert.deepEqual([999, 1500, 250_000, 1_500_000, 2e9].map(compactText), ['999', '1.5k', '250k', '1.5M', '2G']);
});
