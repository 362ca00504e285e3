/** A policy of a run as a folder that other programs load. */
import { z } from 'zod';
import { policyNameSchema } from './policyName.ts';

/** `peft`: the adapter alone; `merged`: a Hugging Face model folder; `onnx`: the same as an ONNX file with a key-value cache. */
export const exportForms = ['peft', 'merged', 'onnx'] as const;
export type ExportForm = (typeof exportForms)[number];

export const exportPolicyRequestSchema = z.strictObject({
  kind: z.literal('exportPolicy'),
  /** Absolute. */
  runDir: z.string(),
  policy: policyNameSchema,
  form: z.enum(exportForms),
  /** Absolute; there must be nothing of that name, or an empty folder. */
  outDir: z.string(),
});
export type ExportPolicyRequest = z.output<typeof exportPolicyRequestSchema>;

export const exportPolicyReplySchema = z.object({
  kind: z.literal('exportPolicy'),
  /** Of the policy. */
  step: z.int(),
  /** Paths within the folder, sorted. */
  files: z.array(z.string()),
  /** Of all files. */
  bytes: z.number(),
  warnings: z.array(z.string()),
});
export type ExportPolicyReply = z.output<typeof exportPolicyReplySchema>;
