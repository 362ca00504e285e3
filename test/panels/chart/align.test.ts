import assert from 'node:assert/strict';
import { test } from 'node:test';
import { align } from '../../../src/webview/chart/align.ts';
import type { Line } from '../../../src/webview/chart/content.ts';

const line = (x: readonly number[], y: readonly number[]): Line => ({
  ...{ colour: 'blue', side: 'left', dash: 'solid', width: 1, opacity: 1, dots: false },
  ...{ x, y },
});

test('curves with the same steps share them', () => {
  assert.deepEqual(align([line([1, 2], [3, 4]), line([1, 2], [5, 6])], () => false).columns, [
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
});

test('curves with other steps have gaps', () => {
  assert.deepEqual(align([line([1, 3, 4], [10, 30, 40]), line([2, 3], [0.2, 0.3])], () => false).columns, [
    ...[
      [1, 2, 3, 4],
      [10, null, 30, 40],
      [null, 0.2, 0.3, null],
    ],
  ]);
});

test('what a logarithmic axis cannot show is counted', () => {
  const curves = [line([1, 2, 3], [0, -1, 5]), line([1, 2, 3], [0, 1, 2])];
  assert.deepEqual(
    align(curves, (of) => of === curves[0]),
    {
      columns: [
        [1, 2, 3],
        [null, null, 5],
        [0, 1, 2],
      ],
      leftOut: 2,
    },
  );
});

test('no curves, and values that are none', () => {
  assert.deepEqual(align([], () => false).columns, [[]]);
  assert.deepEqual(
    align([line([1, 2], [NaN, Infinity])], () => false),
    {
      columns: [
        [1, 2],
        [null, null],
      ],
      leftOut: 0,
    },
  );
});
