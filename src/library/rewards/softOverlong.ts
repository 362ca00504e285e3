/** Soft overlong punishment: the last tokens before the limit cost up to 1, as in DAPO. */
import type { Reward } from 'rlvr';

/** `rollout.maxCompletionLength` of the experiment. */
const MAX_LENGTH = 256;
/** So many tokens before it the punishment begins. */
const CACHE = 64;

/** 0 for a completion that ends in time, falling to -1 for one that had to be cut. */
export const softOverlong: Reward = ({ completionTokens }) => overlongPunishment(completionTokens, MAX_LENGTH, CACHE);

/**
 * With |y| tokens, L = `maxLength` and C = `cache`: 0 up to L - C, then ((L - C) - |y|) / C up to L, and -1 beyond.
 * Source: DAPO, arXiv:2503.14476, equation 13.
 */
export function overlongPunishment(tokens: number, maxLength: number, cache: number): number {
  const free = maxLength - cache;
  if (tokens <= free) return 0;
  return tokens <= maxLength ? (free - tokens) / cache : -1;
}
