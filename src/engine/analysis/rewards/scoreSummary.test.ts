import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { barLines, summarizeScores, summaryText } from './scoreSummary.ts';

test('a summary is one line', () => {
  const summary = summarizeScores(Float64Array.of(1, 0, 0, NaN, 0.5), 1);
  assert.deepEqual(summary, {
    scored: 4,
    mean: 0.375,
    passed: 1,
    errors: 1,
    bars: [
      { from: 0, to: 0, count: 2 },
      { from: 0.5, to: 0.5, count: 1 },
      { from: 1, to: 1, count: 1 },
    ],
  });
  assert.equal(summaryText(summary), '0.375 mean · 20 % pass · 1 error');
  assert.equal(summaryText(summary, 0.5), '0.375 mean (was 0.500) · 20 % pass · 1 error');
  assert.equal(summaryText(summarizeScores(Float64Array.of(1, 1), 0)), '1.00 mean · 100 % pass');
  assert.equal(summaryText(summarizeScores(Float64Array.of(NaN), 3)), '3 errors');
  assert.equal(summaryText(summarizeScores(Float64Array.of(), 0)), 'no scores');
});

test('bars are as long as they are high', () => {
  assert.deepEqual(barLines(summarizeScores(Float64Array.of(0, 0, 0, 0, 1), 0)), [
    '   0  ████████████████████ 4',
    '1.00  █████ 1',
  ]);
});

test('every value is in one bar', () => {
  const values = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }), { maxLength: 200 });
  fc.assert(
    fc.property(values, (given) => {
      const { bars, scored } = summarizeScores(Float64Array.from(given), 0);
      assert.ok(bars.length <= 8);
      assert.equal(
        bars.reduce((sum, bar) => sum + bar.count, 0),
        scored,
      );
      bars.reduce((before, { from, to }) => {
        assert.ok(from <= to && before <= from);
        return to;
      }, -Infinity);
    }),
  );
});
