/** The global norm of a gradient, and clipping by it. */

/** Sum of squares in double arithmetic; those of several tensors add up. */
export function squaredSum(gradient: Float32Array): number {
  let total = 0;
  // eslint-disable-next-line @typescript-eslint/prefer-for-of -- over a typed array it takes five times as long
  for (let i = 0; i < gradient.length; i += 1) {
    const value = gradient[i] ?? 0;
    total += value * value;
  }
  return total;
}

/** L2 norm over all tensors together. */
export function gradientNorm(gradients: Iterable<Float32Array>): number {
  let total = 0;
  for (const gradient of gradients) total += squaredSum(gradient);
  return Math.sqrt(total);
}

/** Keeps a zero norm from dividing by zero; torch's value. */
const CLIP_EPSILON = 1e-6;

/** The factor to multiply every gradient with, as torch's `clip_grad_norm_`: min(1, maxNorm / (norm + 1e-6)); 1 where `maxNorm` is 0. */
export function clipFactor(norm: number, maxNorm: number): number {
  return maxNorm === 0 ? 1 : Math.min(1, maxNorm / (norm + CLIP_EPSILON));
}
