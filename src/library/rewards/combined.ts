/** Weighted and gated: several rewards as one, where being right counts only in the right form. */
import type { Reward } from 'rlvr';
import { format } from './format.ts';
import { brevity } from './lengthPenalty.ts';
import { correct } from './numberMatch.ts';

/** Beside being right, which is worth 1. */
const FORMAT_WEIGHT = 0.1;
const BREVITY_WEIGHT = 0.2;

/**
 * Without the form nothing: so no answer is worth hiding in a ramble. With it, a little for the form, most for being right, and
 * a right answer is worth more the shorter it is; a short wrong one gains nothing. Rewards that need no gate are better
 * listed one by one in the experiment, each with its weight: then every one has its own curve.
 */
export const combined: Reward<{ answer: string | number }> = async (input) => {
  const wellFormed = Number(await format(input));
  if (wellFormed === 0) return 0;
  const right = Number(await correct(input));
  const short = Number(await brevity(input));
  return FORMAT_WEIGHT * wellFormed + right * (1 + BREVITY_WEIGHT * short);
};
