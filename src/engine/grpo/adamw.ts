/**
 * AdamW (arXiv:1711.05101) on Float32Arrays, in place and without allocation, in double arithmetic. As a graph it would take twice the
 * processor time, for what ONNX Runtime returns is copied twice (bench/NOTES.md).
 */
import { UserError } from '../protocol/errors.ts';
import type { OptimizerConfig } from '../protocol/experiment.ts';

export type AdamWOptions = Pick<OptimizerConfig, 'beta1' | 'beta2' | 'epsilon' | 'weightDecay'>;

interface Moments {
  /** Running mean of the gradient; torch's `exp_avg`. */
  readonly m: Float32Array;
  /** Running mean of its square; torch's `exp_avg_sq`. */
  readonly v: Float32Array;
}

/** Names in saved state: torch's words, the parameter's name behind. */
const MEAN_PREFIX = 'exp_avg.';
const SQUARE_PREFIX = 'exp_avg_sq.';
const STEP_TENSOR = 'step';

/**
 * The optimiser's state over named tensors. One step is `beginStep` and then one `update` per tensor, so that a caller with little
 * memory can hold one gradient at a time:
 *
 *     optimizer.beginStep(rate, clipFactor(norm, maxNorm));
 *     for (const [name, gradient] of gradients) optimizer.update(name, weights[name], gradient);
 */
export class AdamW {
  readonly #options: AdamWOptions;
  #moments: ReadonlyMap<string, Moments>;
  #steps = 0;
  #learningRate = 0;
  #gradientFactor = 1;

  /** `sizes`: the number of elements of each trained tensor, by name. */
  constructor(options: AdamWOptions, sizes: ReadonlyMap<string, number>) {
    this.#options = options;
    this.#moments = new Map(
      Array.from(sizes, ([name, size]) => [name, { m: new Float32Array(size), v: new Float32Array(size) }]),
    );
  }

  /** Steps made so far. */
  get steps(): number {
    return this.#steps;
  }

  /** Starts an optimiser step. Gradients are multiplied with `gradientFactor` (clipping, see gradientNorm.ts) as they are read. */
  beginStep(learningRate: number, gradientFactor = 1): void {
    this.#steps += 1;
    this.#learningRate = learningRate;
    this.#gradientFactor = gradientFactor;
  }

  /**
   * Moves one tensor's weights, in place.
   * @throws RangeError for an unknown name or a length that is not the tensor's.
   */
  update(name: string, weights: Float32Array, gradient: Float32Array): void {
    const moments = this.#moments.get(name);
    if (moments === undefined) throw new RangeError(`the optimiser holds no tensor ${name}`);
    const { m, v } = moments;
    if (weights.length !== m.length || gradient.length !== m.length) {
      throw new RangeError(
        `${name}: ${m.length} elements expected, got ${weights.length} weights, ${gradient.length} gradients`,
      );
    }
    const { beta1, beta2, epsilon, weightDecay } = this.#options;
    const factor = this.#gradientFactor;
    const keep = 1 - this.#learningRate * weightDecay;
    // Both sides of the paper's fraction are multiplied by the correction of the root, which saves a division for each weight.
    const rootCorrection = Math.sqrt(1 - beta2 ** this.#steps);
    const stepSize = (this.#learningRate / (1 - beta1 ** this.#steps)) * rootCorrection;
    const floor = epsilon * rootCorrection;
    for (let i = 0; i < m.length; i += 1) {
      const g = (gradient[i] ?? 0) * factor;
      const before = m[i] ?? 0;
      const mean = before + (g - before) * (1 - beta1);
      const square = (v[i] ?? 0) * beta2 + g * g * (1 - beta2);
      m[i] = mean;
      v[i] = square;
      weights[i] = (weights[i] ?? 0) * keep - (stepSize * mean) / (Math.sqrt(square) + floor);
    }
  }

  /**
   * The live state for saving, not copied: `exp_avg.<name>` and `exp_avg_sq.<name>`, and `step` with the number of steps as its
   * single element (exact up to 2^24).
   */
  stateTensors(): Map<string, Float32Array> {
    const tensors = new Map<string, Float32Array>([[STEP_TENSOR, Float32Array.of(this.#steps)]]);
    for (const [name, { m, v }] of this.#moments) tensors.set(MEAN_PREFIX + name, m).set(SQUARE_PREFIX + name, v);
    return tensors;
  }

  /**
   * Takes saved state over, arrays and all, so that it is in memory once; all of it or, where it throws, nothing.
   * @throws UserError where the saved tensors are not those of this optimiser.
   */
  restore(tensors: ReadonlyMap<string, Float32Array>): void {
    const steps = savedTensor(tensors, STEP_TENSOR, 1)[0] ?? NaN;
    if (!Number.isInteger(steps) || steps < 0) {
      throw new UserError(
        `The saved optimiser state counts ${steps} steps: it is damaged. Resume from an earlier checkpoint.`,
      );
    }
    this.#moments = new Map(
      Array.from(this.#moments, ([name, { m, v }]) => [
        name,
        {
          m: savedTensor(tensors, MEAN_PREFIX + name, m.length),
          v: savedTensor(tensors, SQUARE_PREFIX + name, v.length),
        },
      ]),
    );
    this.#steps = steps;
  }
}

function savedTensor(tensors: ReadonlyMap<string, Float32Array>, name: string, length: number): Float32Array {
  const tensor = tensors.get(name);
  if (tensor?.length === length) return tensor;
  const found = tensor === undefined ? 'is missing' : `has ${tensor.length} elements in place of ${length}`;
  throw new UserError(
    `The saved optimiser state does not fit this experiment: ${name} ${found}. Resume with the model and adapter settings the run started with.`,
  );
}
