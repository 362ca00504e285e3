/** `maxPenalty` times the share of repeated n-grams of words. */
import { z } from 'zod';
import { repeatedShare } from '../../../library/rewards/repetition.ts';
import { defineBuiltin } from './builtin.ts';

export const repetitionPenalty = defineBuiltin(
  { ngram: z.int().min(1).default(3), maxPenalty: z.number().max(0).default(-1) },
  ({ ngram, maxPenalty }) =>
    ({ completion }) => {
      const share = repeatedShare(completion, ngram);
      // Not -0, which is what maxPenalty times 0 gives.
      return share === 0 ? 0 : maxPenalty * share;
    },
);
