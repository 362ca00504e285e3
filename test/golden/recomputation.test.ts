/** The gradient of an optimiser step is the same bytes where layers are computed a second time for it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ARCHITECTURES, goldenLoss, goldenRows, measureUpdate, openGolden } from '../support/golden.ts';

const cases = [
  ...ARCHITECTURES.map((name) => ({ name, adapter: false, dropout: 0 })),
  { name: 'gpt2', adapter: true, dropout: 0 },
  { name: 'qwen3', adapter: true, dropout: 0.3 },
] as const;

for (const { name, adapter, dropout } of cases)
  test(`${name}${adapter ? ` with an adapter, dropout ${dropout}` : ''}`, async (context) => {
    const golden = await openGolden(context, name, { adapter, dropout });
    const lossCase = goldenLoss('dapo', golden);
    const rows = goldenRows(golden, lossCase);
    const kept = await measureUpdate(golden.learner, lossCase, rows);
    const again = await measureUpdate(golden.learner, lossCase, rows, { gradientCheckpointing: true });
    assert.deepEqual(again, kept);
  });
