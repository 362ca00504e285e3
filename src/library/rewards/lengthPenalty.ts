/** Length penalty: long completions cost up to 1. */
import type { Reward } from 'rlvr';

/** Up to this many tokens a completion costs nothing. */
const FREE = 100;
/** From this many on it costs 1. */
const LIMIT = 200;

/** 0 for a short completion, falling in a straight line to -1. Beside a reward for being right. */
export const brevity: Reward = ({ completionTokens }) => shortness(completionTokens, FREE, LIMIT) - 1;

/** 1 up to `target` tokens, falling in a straight line to 0 at `limit`. */
export function shortness(tokens: number, target: number, limit: number): number {
  return Math.min(1, Math.max(0, (limit - tokens) / (limit - target)));
}
