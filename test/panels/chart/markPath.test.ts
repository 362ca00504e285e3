import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Mark } from '../../../src/webview/chart/content.ts';
import { signOf, signPath } from '../../../src/webview/chart/markPath.ts';

const area = { left: 40, top: 20, width: 400, height: 100 };
const scale = { min: 0, max: 10, log: false };
const frame = { area, x: scale, y: { left: scale, right: scale }, ratio: 1 };
const at = (x: number, y: number): Mark => ({ x, y, side: 'left', colour: 'yellow', title: '' });

test('a triangle above its point', () => {
  const sign = signOf(at(5, 5), frame) ?? assert.fail();
  assert.deepEqual(sign, { x: 240, base: 65, top: 55, halfWidth: 6 });
  assert.equal(signPath(sign), 'M234 65H246L240 55Z');
});

test('twice as large on a screen of twice the pixels', () => {
  const sign = signOf(at(5, 5), { ...frame, ratio: 2 });
  assert.deepEqual(sign, { x: 240, base: 60, top: 40, halfWidth: 12 });
});

test('of what is out of view there is none', () => {
  for (const mark of [at(-1, 5), at(11, 5), at(5, -1), at(5, 11)]) assert.equal(signOf(mark, frame), null);
});

test('a sign never leaves the plot at its top', () => {
  const value = fc.double({ min: 0, max: 10, noNaN: true });
  fc.assert(
    fc.property(value, value, fc.constantFrom(1, 1.5, 2), (x, y, ratio) => {
      const sign = signOf(at(x, y), { ...frame, ratio }) ?? assert.fail();
      assert.ok(sign.top >= area.top && sign.top < sign.base);
    }),
  );
});
