/** Ratios of a policy update to its old policy, and where a loss cuts the gradient off. */
import type { AlgorithmConfig } from '../protocol/experiment.ts';
import { logRatio } from './logRatio.ts';
import { sum } from './moments.ts';
import type { TrainedRow } from './updateOutcome.ts';

export type ClipConfig = Pick<AlgorithmConfig, 'tokenLoss' | 'clip'>;

/** Ratios of a row: one for each token, and with GSPO one for all of them. */
export function ratiosOf(trained: TrainedRow, { tokenLoss }: ClipConfig): number[] {
  return tokenLoss === 'gspo' ? [sequenceRatio(trained)] : tokenRatios(trained);
}

/** r_t = exp(logprob - old), per token. */
function tokenRatios({ row, logprobs }: TrainedRow): number[] {
  return Array.from(logprobs, (logprob, token) => Math.exp(logRatio(logprob, row.oldLogprobs[token] ?? NaN)));
}

/** s = exp(mean over tokens of logprob - old); GSPO, arXiv:2507.18071. */
function sequenceRatio({ row, logprobs }: TrainedRow): number {
  const differences = Array.from(logprobs, (logprob, token) => logprob - (row.oldLogprobs[token] ?? NaN));
  return Math.exp(logRatio(sum(differences) / differences.length, 0));
}

/**
 * Why a ratio has no gradient: `low` r < 1 - clip.low with A < 0, `high` r > 1 + clip.high with A > 0 (CISPO's cap in its place), and `bound`, where
 * neither holds: r beyond `clip.delta` with A > 0; beyond it and 1 + clip.high, or dual clipping's `clip.dual`, with A < 0. CISPO caps a factor, and
 * keeps the gradient of the token. SAPO cuts nothing off.
 */
export type Clip = 'low' | 'high' | 'bound';

/** Says of a ratio why it is clipped; null where it is not. */
export function clipping({ tokenLoss, clip }: ClipConfig): (ratio: number, advantage: number) => Clip | null {
  if (tokenLoss === 'sapo') return () => null;
  if (tokenLoss === 'cispo') return (ratio, advantage) => (advantage > 0 && ratio > clip.cap ? 'high' : null);
  const upper = 1 + clip.high;
  const delta = clip.delta ?? Infinity;
  // With A < 0 the loss has the larger of min(r, delta) and the clipped ratio: a delta within the clip's range cuts off where that ends.
  const bound = Math.min(Math.max(delta, upper), tokenLoss === 'dualClip' ? clip.dual : Infinity);
  return (ratio, advantage) => {
    if (advantage > 0) {
      // TRL's metric counts r > 1 + clip.high, whatever delta is.
      if (ratio > upper) return 'high';
      return ratio > delta ? 'bound' : null;
    }
    if (advantage === 0) return null;
    if (ratio < 1 - clip.low) return 'low';
    return ratio > bound ? 'bound' : null;
  };
}
