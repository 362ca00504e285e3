/** Gradients of whole models, tensor by tensor, against central differences of their loss. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LossCase } from '../../src/engine/compute/verify/lossCases.ts';
import type { TrainableTensor } from '../../src/engine/model/policy.ts';
import { normals } from '../../src/engine/random/draws.ts';
import { uniforms } from '../../src/engine/random/keyed.ts';
import { ARCHITECTURES, goldenLoss, goldenRows, measureUpdate, norm, openGolden } from '../support/golden.ts';

/**
 * Half the distance of the two points. In float32 the loss is known to about 1e-7 and the quotient to about 2e-5; the truncation
 * error, about step^2 / 6 times the third derivative along a random direction, stays below that.
 */
const STEP = 2 ** -7;
/** Of the slope in the worst direction, which is the norm of the gradient. */
const RELATIVE_TOLERANCE = 2e-4;
const ABSOLUTE_TOLERANCE = 2e-5;

for (const name of ARCHITECTURES)
  for (const adapter of [false, true])
    test(`${name}${adapter ? ' with an adapter' : ''}: slopes of a smooth loss along a random direction of every tensor`, async (context) => {
      const golden = await openGolden(context, name, { adapter });
      // The clipped loss has corners; this one has none, and has every term that a loss can have.
      const algorithm = { ...goldenLoss('sapo', golden).algorithm, beta: 0.04, entropyBonus: 0.01 };
      const smooth: LossCase = { ...goldenLoss('sapo', golden), algorithm };
      const rows = goldenRows(golden, smooth);
      const measure = () => measureUpdate(golden.learner, smooth, rows);
      const { gradients } = await measure();
      for (const [index, [tensor, trainable]] of [...golden.policy.trainable].entries()) {
        const gradient = gradients.get(tensor);
        assert.ok(gradient);
        const direction = randomDirection(gradient.length, index);
        const slope = direction.reduce((sum, value, at) => sum + value * (gradient[at] ?? NaN), 0);
        const difference = await differenceAlong(direction, trainable, async () => (await measure()).loss);
        const tolerance = RELATIVE_TOLERANCE * norm(gradient) + ABSOLUTE_TOLERANCE;
        assert.ok(
          Math.abs(slope - difference) <= tolerance,
          `${tensor}: the slope is ${difference}, the gradient says ${slope}`,
        );
      }
    });

/** Of length 1. */
function randomDirection(size: number, index: number): number[] {
  const next = normals(uniforms(5, 'init', [index]));
  const values = Array.from({ length: size }, () => next());
  const length = norm(values);
  return values.map((value) => value / length);
}

/** (loss at weights + step x direction - loss at weights - step x direction) / (2 step); the weights are put back. */
async function differenceAlong(
  direction: readonly number[],
  { data }: TrainableTensor,
  loss: () => Promise<number>,
): Promise<number> {
  const original = data.slice();
  const at = async (shift: number): Promise<number> => {
    for (const [element, value] of direction.entries()) data[element] = (original[element] ?? NaN) + shift * value;
    return loss();
  };
  const difference = (await at(STEP)) - (await at(-STEP));
  data.set(original);
  return difference / (2 * STEP);
}
