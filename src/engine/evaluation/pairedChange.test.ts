import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { pairedChange } from './pairedChange.ts';

function pairs(gained: number, lost: number, count: number): [number[], number[]] {
  const before = Array.from({ length: count }, (_, index) => (index < lost || index >= count / 2 ? 1 : 0));
  const after = before.map((value, index) => (index < lost ? 0 : index < lost + gained ? 1 : value));
  return [before, after];
}

test('the formula by hand: 12 gained and 4 lost of 100', () => {
  const { value, low, high } = pairedChange(...pairs(12, 4, 100));
  assert.equal(value, 0.08);
  const half = (1.959963984540054 * Math.sqrt(17 - 64 / 102)) / 102;
  assert.ok(Math.abs(low - (8 / 102 - half)) < 1e-12 && Math.abs(high - (8 / 102 + half)) < 1e-12);
});

test('where nothing changed there is still doubt, the more the fewer problems', () => {
  const same = Array<number>(20).fill(1);
  const { value, low, high } = pairedChange(same, same);
  assert.equal(value, 0);
  assert.ok(low < -0.08 && high > 0.08);
  const many = Array<number>(2000).fill(1);
  assert.ok(pairedChange(many, many).high < 0.001);
});

test('the interval lies between -1 and 1, and mirrors', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.array(fc.tuple(share, share), { minLength: 1, maxLength: 50 }), (both) => {
      const [before, after] = [both.map(([first]) => first), both.map(([, second]) => second)];
      const forward = pairedChange(before, after);
      const back = pairedChange(after, before);
      assert.ok(-1 <= forward.low && forward.low <= forward.high && forward.high <= 1);
      assert.ok(Math.abs(forward.low + back.high) < 1e-12 && Math.abs(forward.value + back.value) < 1e-12);
    }),
  );
});

test('what is no pair is refused', () => {
  assert.throws(() => pairedChange([], []), RangeError);
  assert.throws(() => pairedChange([1], [1, 0]), RangeError);
});
