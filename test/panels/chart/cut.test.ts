import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Line } from '../../../src/webview/chart/content.ts';
import { cutBand, cutLine, gapsAt } from '../../../src/webview/chart/cut.ts';
import { STEPS } from '../../../src/webview/chart/stepMap.ts';

function line(x: readonly number[]): Line {
  return { colour: 'blue', side: 'left', x, y: x.map((at) => -at), dash: 'solid', width: 1, opacity: 1, dots: false };
}

test('no part reaches over a break, and every point is in one part', () => {
  const steps = fc.uniqueArray(fc.nat(60)).map((all) => all.sort((a, b) => a - b));
  fc.assert(
    fc.property(steps, steps, (x, breaks) => {
      const parts = cutLine(line(x), gapsAt(breaks, 1, STEPS));
      assert.deepEqual(
        parts.flatMap((part) => Array.from(part.x)),
        x,
      );
      for (const part of parts) {
        const [first, last] = [part.x[0] ?? 0, part.x[part.x.length - 1] ?? 0];
        assert.ok(!breaks.some((step) => first < step && step <= last));
        assert.deepEqual(
          Array.from(part.y),
          Array.from(part.x, (at) => -at),
        );
      }
    }),
  );
});

test('a point that is a mean of both sides is left out', () => {
  // Points of four steps: 4 to 7, 8 to 11, 12 to 15.
  const cut = (breaks: readonly number[]) =>
    cutLine(line([4, 8, 12]), gapsAt(breaks, 4, STEPS)).map(({ x }) => Array.from(x));
  assert.deepEqual(cut([10]), [[4], [12]]);
  assert.deepEqual(cut([8]), [[4], [8, 12]]);
  assert.deepEqual(cut([11]), [[4], [12]]);
  assert.deepEqual(cut([12]), [[4, 8], [12]]);
});

test('bands are cut with both their sides', () => {
  const band = { colour: 'blue', side: 'left', x: [1, 2, 3], low: [0, 1, 2], high: [5, 6, 7], opacity: 1 } as const;
  assert.deepEqual(
    cutBand(band, gapsAt([2], 1, STEPS)).map(({ x, low, high }) => [x, low, high]),
    [
      [[1], [0], [5]],
      [
        [2, 3],
        [1, 2],
        [6, 7],
      ],
    ],
  );
  assert.deepEqual(cutBand(band, []), [band]);
});
