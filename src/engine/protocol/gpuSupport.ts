/** What an editor asks about ONNX Runtime's libraries for graphics cards: what they are, and to fetch them. */
import { z } from 'zod';

export const describeGpuSupportRequestSchema = z.strictObject({ kind: z.literal('describeGpuSupport') });

/** Nothing is fetched but by this. */
export const installGpuSupportRequestSchema = z.strictObject({ kind: z.literal('installGpuSupport') });

export const describeGpuSupportReplySchema = z.object({
  kind: z.literal('describeGpuSupport'),
  name: z.string(),
  version: z.string(),
  /** Where it is, or will be. */
  folder: z.string(),
  /** What would be fetched; null where it is installed. */
  download: z.object({ bytes: z.int().nonnegative(), url: z.string() }).nullable(),
});
export type DescribeGpuSupportReply = z.output<typeof describeGpuSupportReplySchema>;

export const installGpuSupportReplySchema = z.object({
  kind: z.literal('installGpuSupport'),
  folder: z.string(),
  /** Why CUDA does not work with it; null where it does. */
  failure: z.object({ reason: z.string(), remedy: z.string().nullable() }).nullable(),
});
export type InstallGpuSupportReply = z.output<typeof installGpuSupportReplySchema>;
