/** Differences of log-probabilities, clamped before they meet exp. */

/** exp(20) is half a billion: beyond it a ratio says nothing more and only overflows. The loss clamps likewise. */
export const MAX_LOG_RATIO = 20;

/** logprob - base, clamped to +-20. */
export function logRatio(logprob: number, base: number): number {
  return Math.max(-MAX_LOG_RATIO, Math.min(MAX_LOG_RATIO, logprob - base));
}

/**
 * The k3 estimate of the KL divergence from the reference, exp(-d) + d - 1 with d = logprob - reference: unbiased and never negative
 * (Schulman, joschu.net/blog/kl-approx.html).
 */
export function k3(logprob: number, reference: number): number {
  const d = logRatio(logprob, reference);
  return Math.exp(-d) + d - 1;
}
