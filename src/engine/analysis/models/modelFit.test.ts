import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fitRows, fitWords, rowsThatFit, usualMachines } from './modelFit.ts';

const GIB = 2 ** 30;
const memory = { weights: 2 * GIB, lora: 6 * GIB, full: 17 * GIB, row: GIB / 64 };

test('what fits where, and what is missing', () => {
  assert.deepEqual(fitRows(memory, usualMachines(8 * GIB)), [
    { machine: 'this machine (8.0 GiB)', lora: 'no, 1.0 GiB short', full: 'no, 12.0 GiB short', rows: '0' },
    { machine: 'laptop with 16 GiB', lora: 'yes, 7.0 GiB to spare', full: 'no, 4.0 GiB short', rows: '448' },
    { machine: 'GPU with 24 GiB', lora: 'yes, 17.0 GiB to spare', full: 'yes, 6.0 GiB to spare', rows: '1,088' },
  ]);
  assert.match(fitWords(memory).join(' '), /^By forecast from config\.json, nothing was tried: .* 2\.0 GiB;/);
});

test('so many rows fit, and one more does not', () => {
  const size = fc.double({ min: 1, max: 1e12, noNaN: true });
  fc.assert(
    fc.property(size, size, size, (lora, row, available) => {
      const rows = rowsThatFit({ lora, row }, available);
      assert.ok(rows >= 0);
      if (rows > 0) assert.ok(lora + rows * row <= available * (1 + 1e-9));
      assert.ok(lora + (rows + 1) * row > available * (1 - 1e-9) || available < lora);
    }),
  );
});
