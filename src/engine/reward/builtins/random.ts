/**
 * A control: 1 with a chance of `probability`, whatever was written. What a policy gains with it is nothing that a reward taught
 * ("Spurious Rewards", arXiv:2506.10947, in which Qwen2.5-Math-7B gains 21 points on MATH-500 so).
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { uniform } from '../../random/keyed.ts';
import { defineBuiltin } from './builtin.ts';

const options = {
  probability: z.number().min(0).max(1).default(0.5),
  /** That of the run, in a control: runs that write the same in the same step would else share their chance. */
  seed: z.int().min(0).max(0xffffffff).default(0),
};

export const random = defineBuiltin(options, ({ probability, seed }) => {
  return ({ prompt, completion, step, index }) => {
    const text = createHash('sha256')
      .update(JSON.stringify([prompt, completion]))
      .digest();
    const key = { step: step ?? 0, problem: text.readUInt32BE(), occurrence: 0, round: 0, sample: index };
    return uniform(seed, 'control', key, 0) < probability ? 1 : 0;
  };
});
