/**
 * Soft overlong punishment: with |y| tokens, L = `maxLength` and C = `cache`, 0 up to L - C, then ((L - C) - |y|) / C up to L,
 * and -1 beyond.
 * Source: DAPO, arXiv:2503.14476, equation 13.
 */
import { z } from 'zod';
import { UserError } from '../../protocol/errors.ts';
import { defineBuiltin } from './builtin.ts';

export const softOverlong = defineBuiltin(
  { maxLength: z.int().min(1), cache: z.int().min(1) },
  ({ maxLength, cache }) => {
    if (cache > maxLength) throw new UserError(`options: cache (${cache}) must be at most maxLength (${maxLength}).`);
    const free = maxLength - cache;
    return ({ completionTokens }) => {
      if (completionTokens <= free) return 0;
      return completionTokens <= maxLength ? (free - completionTokens) / cache : -1;
    };
  },
);
