import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { smooth, smoothingUnit } from '../../../src/webview/chart/smoothing.ts';
import { assertClose } from '../../support/assertClose.ts';

/** TensorBoard's own, from its line chart (`vz_line_chart2`, `resmoothDataset`). */
function tensorBoard(values: readonly number[], weight: number): number[] {
  let last = 0;
  return values.map((value, index) => {
    last = last * weight + (1 - weight) * value;
    return last / (1 - weight ** (index + 1));
  });
}

const TIGHT = { relative: 1e-9, absolute: 1e-9 };
const everyStep = { stepsPerPoint: 1, unit: 1 };
const values = fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 1, maxLength: 50 });
const weights = fc.double({ min: 0.01, max: 0.99, noNaN: true });

test('at every step it is what TensorBoard shows', () => {
  fc.assert(
    fc.property(values, weights, (series, weight) => {
      const steps = series.map((_, index) => 7 + index);
      assertClose(
        Array.from(smooth(steps, series, { ...everyStep, weight }).values),
        tensorBoard(series, weight),
        TIGHT,
      );
    }),
  );
});

test('a curve begins at its first value, and a constant stays what it is', () => {
  const { values: smoothed } = smooth([100, 101, 102], [5, 5, 5], { ...everyStep, weight: 0.9 });
  assertClose(Array.from(smoothed), [5, 5, 5], TIGHT);
  assert.equal(smooth([100, 101], [5, 0], { ...everyStep, weight: 0.9 }).values[0], 5);
});

test('a step without a value counts as time that passed', () => {
  const withGap = smooth([1, 4], [0, 1], { ...everyStep, weight: 0.5 }).values;
  // 1 and 0.5^3 are the weights.
  assertClose(Array.from(withGap), [0, 1 / 1.125], TIGHT);
});

test('a zoom goes on where the whole curve is', () => {
  fc.assert(
    fc.property(values, weights, fc.nat(40), (series, weight, cut) => {
      const steps = series.map((_, index) => index);
      const from = Math.min(cut, series.length - 1);
      const options = { ...everyStep, weight };
      const whole = smooth(steps, series, options);
      const part = smooth(steps.slice(from), series.slice(from), options, whole.states.at(from - 1));
      assertClose(Array.from(part.values), Array.from(whole.values.slice(from)), TIGHT);
    }),
  );
});

test('means of several steps weigh as much as their steps', () => {
  const fine = smooth([0, 1, 2, 3], [1, 1, 3, 3], { stepsPerPoint: 1, unit: 1000, weight: 0.5 }).values;
  const coarse = smooth([0, 2], [1, 3], { stepsPerPoint: 2, unit: 1000, weight: 0.5 }).values;
  assertClose([coarse[1] ?? NaN], [fine[3] ?? NaN], { relative: 1e-2 });
});

test('a long run is smoothed over as large a part of it as a short one', () => {
  assert.equal(smoothingUnit(300), 1);
  assert.equal(smoothingUnit(1_000_000), 1000);
});

test('a last value of fewer steps weighs less', () => {
  const options = { stepsPerPoint: 10, weight: 0.9, unit: 1000 };
  const full = smooth([0, 10], [0, 1], options).values[1] ?? NaN;
  const begun = smooth([0, 10], [0, 1], { ...options, lastCount: 1 }).values[1] ?? NaN;
  assert.ok(Math.abs(full - 0.5) < 0.01);
  assert.ok(Math.abs(begun - 1 / 11) < 0.01);
});

test('at a break the average begins anew, as if nothing had been before it', () => {
  fc.assert(
    fc.property(values, values, weights, (before, after, weight) => {
      const steps = [...before, ...after].map((_, index) => 1 + index);
      const at = 1 + before.length;
      const whole = smooth(steps, [...before, ...after], { ...everyStep, weight, breaks: [at] });
      const alone = smooth(steps.slice(before.length), after, { ...everyStep, weight });
      assertClose(Array.from(whole.values).slice(before.length), Array.from(alone.values), TIGHT);
      // Gone on with from a point before the break, it forgets that too.
      const resumed = smooth(
        steps.slice(before.length),
        after,
        { ...everyStep, weight, breaks: [at] },
        whole.states.at(before.length - 1),
      );
      assertClose(Array.from(resumed.values), Array.from(alone.values), TIGHT);
    }),
  );
});
