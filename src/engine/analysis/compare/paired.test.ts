import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { HeldOutResults } from './heldOut.ts';
import { pairedResult } from './paired.ts';

/** Problem n has the n-th share; every row is its own number. */
function results(shares: readonly (number | null)[], samples = 1): HeldOutResults {
  const entries = shares.flatMap((share, problem): [number, number][] => (share === null ? [] : [[problem, share]]));
  return {
    step: 1,
    samples,
    shares: new Map(entries),
    rows: new Map(entries.map(([problem]) => [problem, `row ${problem}`])),
  };
}

test('hand-computed: 10 problems, 3 gained, 1 lost', () => {
  const result = pairedResult(results([1, 1, 1, 0, 0, 0, 0, 0, 0, 0]), results([1, 1, 0, 1, 1, 1, 0, 0, 0, 0]));
  assert.ok(result);
  assert.equal(result.problems, 10);
  assert.deepEqual(result.accuracy, { a: 0.3, b: 0.5 });
  assert.ok(Math.abs(result.difference.value - 0.2) < 1e-12);
  // 2 * (C(4, 0) + C(4, 1)) / 2^4
  assert.ok(Math.abs(result.pValue - 0.625) < 1e-12);
  assert.deepEqual(result.winLose, { both: [0, 1], onlyA: [2], onlyB: [3, 4, 5], neither: [6, 7, 8, 9] });
});

test('only problems that both evaluated count, and only where the dataset has the same there', () => {
  const a = results([1, 1, null, 0]);
  const b = results([0, 1, 1, null]);
  const result = pairedResult(a, b) ?? assert.fail();
  assert.equal(result.problems, 2);
  assert.deepEqual(result.evaluated, { a: 3, b: 3 });
  assert.deepEqual(result.accuracy, { a: 1, b: 0.5 });
  const another = { ...b, rows: new Map([...b.rows, [1, 'another problem']]) };
  assert.deepEqual(pairedResult(a, another)?.winLose.onlyA, [0]);
  assert.equal(pairedResult(results([1, null]), results([null, 1])), null);
});

test('with several samples a problem is solved where half of them are, ', () => {
  const result = pairedResult(results([0.5, 0.25], 4), results([0.25, 0.75], 4)) ?? assert.fail();
  assert.deepEqual(result.winLose, { both: [], onlyA: [0], onlyB: [1], neither: [] });
  assert.equal(result.difference.value, 0.125);
});

const shares = fc.array(fc.tuple(fc.constantFrom(0, 1), fc.constantFrom(0, 1)), { minLength: 1, maxLength: 40 });

test('a run against itself differs by nothing', () => {
  fc.assert(
    fc.property(shares, (rows) => {
      const one = results(rows.map(([share]) => share));
      const { difference, pValue, winLose } = pairedResult(one, one) ?? assert.fail();
      assert.equal(difference.value, 0);
      assert.ok(difference.low < 0 && difference.high > 0, 'other problems might have changed');
      assert.equal(pValue, 1);
      assert.deepEqual([winLose.onlyA, winLose.onlyB], [[], []]);
    }),
    { numRuns: 10 },
  );
});

test('the other way round everything has the other sign, and every problem is in one cell', () => {
  fc.assert(
    fc.property(shares, (rows) => {
      const a = results(rows.map(([share]) => share));
      const b = results(rows.map(([, share]) => share));
      const forth = pairedResult(a, b) ?? assert.fail();
      const back = pairedResult(b, a) ?? assert.fail();
      const close = (x: number, y: number): void => assert.ok(Math.abs(x - y) < 1e-9, `${x} is not ${y}`);
      close(forth.difference.value, -back.difference.value);
      close(forth.difference.low, -back.difference.high);
      close(forth.difference.high, -back.difference.low);
      assert.equal(forth.pValue, back.pValue);
      const { both, onlyA, onlyB, neither } = forth.winLose;
      assert.deepEqual(back.winLose, { both, onlyA: onlyB, onlyB: onlyA, neither });
      assert.deepEqual(
        [...both, ...onlyA, ...onlyB, ...neither].sort((x, y) => x - y),
        rows.map((_, problem) => problem),
      );
      close((onlyB.length - onlyA.length) / rows.length, forth.difference.value);
    }),
    { numRuns: 20 },
  );
});
