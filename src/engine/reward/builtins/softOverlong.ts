/** Soft overlong punishment (DAPO, arXiv:2503.14476, equation 13) with L = `maxLength` and C = `cache`. */
import { z } from 'zod';
import { overlongPunishment } from '../../../library/rewards/softOverlong.ts';
import { UserError } from '../../protocol/errors.ts';
import { defineBuiltin } from './builtin.ts';

export const softOverlong = defineBuiltin(
  { maxLength: z.int().min(1), cache: z.int().min(1) },
  ({ maxLength, cache }) => {
    if (cache > maxLength) throw new UserError(`options: cache (${cache}) must be at most maxLength (${maxLength}).`);
    return ({ completionTokens }) => overlongPunishment(completionTokens, maxLength, cache);
  },
);
