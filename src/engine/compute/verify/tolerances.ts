/**
 * How far two float32 implementations of the same mathematics may be apart: rounding in another order stays far below, a wrong term
 * or a missing one is far above. Absolute differences of single numbers, where nothing else is said.
 */

export const LOGIT_TOLERANCE = 2e-4;
/** Of single tokens and of their mean. */
export const LOGPROB_TOLERANCE = 2e-4;
export const ENTROPY_TOLERANCE = 2e-4;
export const ADVANTAGE_TOLERANCE = 1e-5;
/** The KL term is part of a loss and compared like one. */
export const LOSS_TOLERANCE = 1e-5;
/** Relative to the reference. */
export const GRADIENT_NORM_TOLERANCE = 1e-4;
/** A ratio of counts: off by one token is off by far more. */
export const CLIP_RATIO_TOLERANCE = 1e-6;
/** Greedy tokens follow from logits that are within their tolerance, unless two of them are nearly equal. */
export const WRONG_ID_TOLERANCE = 0;

/** Of a whole tensor, gradient or weight: |difference| <= 1e-3 |reference| + 1e-6, with Euclidean norms. */
export function tensorTolerance(referenceNorm: number): number {
  return 1e-3 * referenceNorm + 1e-6;
}

/** AdamW divides a gradient by its own size, so below this one it turns float noise into whole steps; such weights say nothing. */
export const SMALLEST_COMPARABLE_GRADIENT = 1e-7;
