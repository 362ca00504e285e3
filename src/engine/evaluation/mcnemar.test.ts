import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mcnemar } from './mcnemar.ts';

/** Problems of which `gained` and `lost` change, and some that do not. */
function pairs(gained: number, lost: number): [boolean[], boolean[]] {
  const before = [...Array<boolean>(gained).fill(false), ...Array<boolean>(lost).fill(true), true, true, false];
  const after = [...Array<boolean>(gained).fill(true), ...Array<boolean>(lost).fill(false), true, true, false];
  return [before, after];
}

/** The same by exact integers. */
function exact(gained: number, lost: number): number {
  const n = BigInt(gained + lost);
  let term = 1n;
  let tail = 0n;
  for (let i = 0n; i <= BigInt(Math.min(gained, lost)); i++) {
    tail += term;
    term = (term * (n - i)) / (i + 1n);
  }
  const scale = 10n ** 30n;
  return Math.min(1, Number((2n * tail * scale) / 2n ** n) / 1e30);
}

test('known values', () => {
  assert.deepEqual(mcnemar(...pairs(7, 1)), { gained: 7, lost: 1, pValue: mcnemar(...pairs(1, 7)).pValue });
  assert.ok(Math.abs(mcnemar(...pairs(7, 1)).pValue - 18 / 256) < 1e-15);
  assert.equal(mcnemar(...pairs(0, 0)).pValue, 1);
  assert.equal(mcnemar(...pairs(3, 3)).pValue, 1);
});

test('the p-value agrees with exact integers, also where 2^-n underflows', () => {
  for (const [gained, lost] of [
    [12, 3],
    [121, 59],
    [640, 560],
    [0, 30],
  ] as const) {
    const expected = exact(gained, lost);
    assert.ok(Math.abs(mcnemar(...pairs(gained, lost)).pValue / expected - 1) < 1e-9, `${gained} ${lost}`);
  }
});

test('what is no pair is refused', () => {
  assert.throws(() => mcnemar([true], []), RangeError);
});
