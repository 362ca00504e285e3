import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fitRows, fitWords, rowsThatFit, usualMachines } from './modelFit.ts';

const GIB = 2 ** 30;
const memory = {
  ...{ weights: 2 * GIB, full: 17 * GIB, row: GIB / 64 },
  lora: { float32: 6 * GIB, int8: 4 * GIB, int4: 3 * GIB },
};

test('what fits where with how many rows beside, and what is missing for one', () => {
  assert.deepEqual(fitRows(memory, usualMachines(8 * GIB)), [
    {
      machine: 'this machine (8.0 GiB)',
      ...{ float32: 'no, 1.0 GiB short', int8: 'yes, 64 rows', int4: 'yes, 128 rows', full: 'no, 12.0 GiB short' },
    },
    {
      machine: 'laptop with 16 GiB',
      ...{ float32: 'yes, 448 rows', int8: 'yes, 576 rows', int4: 'yes, 640 rows', full: 'no, 4.0 GiB short' },
    },
    {
      machine: 'GPU with 24 GiB',
      ...{ float32: 'yes, 1,088 rows', int8: 'yes, 1,216 rows', int4: 'yes, 1,280 rows', full: 'yes, 384 rows' },
    },
  ]);
  assert.match(fitWords(memory).join(' '), /^By forecast from config\.json, nothing was tried: .* 2\.0 GiB;/);
});

test('so many rows fit, and one more does not', () => {
  const size = fc.double({ min: 1, max: 1e12, noNaN: true });
  fc.assert(
    fc.property(size, size, size, (needed, row, available) => {
      const rows = rowsThatFit(needed, row, available);
      assert.ok(rows >= 0);
      if (rows > 0) assert.ok(needed + rows * row <= available * (1 + 1e-9));
      assert.ok(needed + (rows + 1) * row > available * (1 - 1e-9) || available < needed);
    }),
  );
});
