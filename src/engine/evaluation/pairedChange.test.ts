import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { pairedChange, pairedVariance } from './pairedChange.ts';

function pairs(gained: number, lost: number, count: number): [number[], number[]] {
  const before = Array.from({ length: count }, (_, index) => (index < lost || index >= count / 2 ? 1 : 0));
  const after = before.map((value, index) => (index < lost ? 0 : index < lost + gained ? 1 : value));
  return [before, after];
}

test('the formula by hand: 20 gained and 4 lost of 100', () => {
  const { value, low, high } = pairedChange(...pairs(20, 4, 100));
  assert.ok(Math.abs(value - 0.16) < 1e-12);
  // Student's 97.5 % at 101 degrees of freedom.
  const half = (1.9837310035 * Math.sqrt(25 - 256 / 102)) / 102;
  assert.ok(Math.abs(low - (16 / 102 - half)) < 1e-9 && Math.abs(high - (16 / 102 + half)) < 1e-9);
});

test('where nothing changed there is still doubt, the more the fewer problems', () => {
  const same = Array<number>(20).fill(1);
  const { value, low, high, pValue } = pairedChange(same, same);
  assert.deepEqual([value, pValue], [0, 1]);
  assert.ok(low < -0.08 && high > 0.08);
  const many = Array<number>(2000).fill(1);
  assert.ok(pairedChange(many, many).high < 0.002);
});

test('nor is there none where all changed alike, wholly or by a part', () => {
  const none = Array<number>(40).fill(0);
  const [whole, part] = [1, 0.25].map((share) => pairedChange(none, Array<number>(40).fill(share)));
  assert.ok(whole && whole.low < 0.95 && whole.low > 0.8 && whole.high === 1);
  assert.ok(part && part.low < 0.24 && part.low > 0.2 && part.high > 0.25);
});

test("a handful of changes is left open unless McNemar's exact test excludes chance", () => {
  const five = pairedChange(...pairs(5, 0, 200));
  assert.ok(Math.abs(five.pValue - 0.0625) < 1e-12 && five.low === 0 && five.high > 0.04);
  const six = pairedChange(...pairs(6, 0, 200));
  assert.ok(Math.abs(six.pValue - 0.03125) < 0.01 && six.low > 0);
});

test('the interval lies between -1 and 1, holds the value, mirrors, and says what the p-value says', () => {
  const share = fc.constantFrom(0, 0.25, 0.5, 1);
  fc.assert(
    fc.property(fc.array(fc.tuple(share, share), { minLength: 1, maxLength: 50 }), (both) => {
      const [before, after] = [both.map(([first]) => first), both.map(([, second]) => second)];
      const forward = pairedChange(before, after);
      const back = pairedChange(after, before);
      assert.ok(-1 <= forward.low && forward.low <= forward.value);
      assert.ok(forward.value <= forward.high && forward.high <= 1);
      assert.ok(Math.abs(forward.low + back.high) < 1e-12 && Math.abs(forward.value + back.value) < 1e-12);
      assert.equal(forward.pValue < 0.05, forward.low > 0 || forward.high < 0);
      assert.ok(pairedVariance(before, after) > 0);
    }),
  );
});

test('what is no pair is refused', () => {
  assert.throws(() => pairedChange([], []), RangeError);
  assert.throws(() => pairedChange([1], [1, 0]), RangeError);
});
