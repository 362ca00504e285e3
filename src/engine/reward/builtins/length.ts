/** 1 up to `target` tokens, falling in a straight line to 0 at `limit`: asks for brevity without asking for nothing. */
import { z } from 'zod';
import { shortness } from '../../../library/rewards/lengthPenalty.ts';
import { UserError } from '../../protocol/errors.ts';
import { defineBuiltin } from './builtin.ts';

export const length = defineBuiltin({ target: z.int().min(0), limit: z.int().min(1) }, ({ target, limit }) => {
  if (limit <= target) throw new UserError(`options: limit (${limit}) must be greater than target (${target}).`);
  return ({ completionTokens }) => shortness(completionTokens, target, limit);
});
