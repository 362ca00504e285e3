/** How a piece of work is done, as its worker is told. */
import * as z from 'zod';
import { deviceNames } from '../../src/engine/protocol/devices.ts';

export const optionsSchema = z.object({
  /** What computes, as in an experiment; a worker refuses one that does not work. */
  device: z.enum(deviceNames),
  threads: z.int().positive(),
  /** Sequences at once; completions of a whole step. */
  rows: z.int().positive(),
  /** New tokens of each completion. */
  newTokens: z.int().positive(),
  /** Completions of each group, where there are several groups. */
  groupSize: z.int().positive(),
  /** Trains every weight, in place of an adapter of rank 16. */
  full: z.boolean(),
  /** What the frozen model under the adapter is held in, in sampling and training alike (`lora.base`). */
  base: z.enum(['float32', 'float16', 'int8']),
});

export type WorkerOptions = z.infer<typeof optionsSchema>;
