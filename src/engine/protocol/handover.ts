/** An experiment written as a project of another trainer. */
import { z } from 'zod';

const trainers = ['trl', 'verl'] as const;
export type Trainer = (typeof trainers)[number];

export const handOverRequestSchema = z.strictObject({
  kind: z.literal('handOver'),
  /** An experiment file or a run folder, absolute. */
  path: z.string(),
  trainer: z.enum(trainers),
  /** Absolute; made where it is missing, and must be empty. */
  outDir: z.string(),
});
export type HandOverRequest = z.output<typeof handOverRequestSchema>;

/** What of an experiment is not the same in another trainer. */
const remarkSchema = z.object({
  /** The experiment's key, such as `algorithm.clip.delta`. */
  key: z.string(),
  /** `missing`: the other trainer has nothing of the kind; `different`: it has, and does it in another way. */
  kind: z.enum(['missing', 'different']),
  /** A sentence: what will be otherwise. */
  what: z.string(),
});
export type Remark = z.output<typeof remarkSchema>;

export const handOverReplySchema = z.object({
  kind: z.literal('handOver'),
  /** Paths within the folder. */
  files: z.array(z.string()),
  remarks: z.array(remarkSchema),
  /** Of opening the experiment. */
  warnings: z.array(z.string()),
});
export type HandOverReply = z.output<typeof handOverReplySchema>;
