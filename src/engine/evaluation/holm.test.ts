import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { holm } from './holm.ts';

test('by hand', () => {
  const rounded = holm([0.03, 0.001, 0.04, 0.5]).map((pValue) => Number(pValue.toFixed(6)));
  assert.deepEqual(rounded, [0.09, 0.004, 0.09, 0.5]);
  assert.deepEqual(holm([0.02]), [0.02]);
  assert.deepEqual(holm([]), []);
});

test('nothing becomes surer, the order stays, and Bonferroni is never exceeded', () => {
  const pValues = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(pValues, (given) => {
      const corrected = holm(given);
      for (const [index, pValue] of given.entries()) {
        const found = corrected[index] ?? NaN;
        assert.ok(found >= pValue && found <= Math.min(1, given.length * pValue) + 1e-12);
        for (const [other, higher] of given.entries())
          if (higher > pValue) assert.ok((corrected[other] ?? NaN) >= found);
      }
    }),
  );
});
