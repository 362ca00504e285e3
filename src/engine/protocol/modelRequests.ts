/** What an editor asks about models of the Hugging Face hub: to look for them, to be told what one is, and to fetch it. */
import { z } from 'zod';
import { isCommit } from './hubRevision.ts';
import { foundModelSchema, modelDescriptionSchema } from './modelDescription.ts';

/** The person's, for models that are not open to all; null where the editor has stored none. Kept until it is answered. */
const token = z.string().min(1).max(4096).nullable();
/** `owner/name`, with a revision where one is wanted. */
const model = z.string().min(1).max(1000);

export const searchModelsRequestSchema = z.strictObject({
  kind: z.literal('searchModels'),
  /** Of their names. */
  words: z.string().max(1000),
  token,
});
export type SearchModelsRequest = z.output<typeof searchModelsRequestSchema>;

export const describeModelRequestSchema = z.strictObject({ kind: z.literal('describeModel'), model, token });
export type DescribeModelRequest = z.output<typeof describeModelRequestSchema>;

/** Nothing is fetched but by this. */
export const getModelRequestSchema = z.strictObject({
  kind: z.literal('getModel'),
  model,
  token,
  /** That was described and agreed to, wherever the branch of `model` has gone since. */
  commit: z.string().refine(isCommit),
});
export type GetModelRequest = z.output<typeof getModelRequestSchema>;

export const searchModelsReplySchema = z.object({ kind: z.literal('searchModels'), found: z.array(foundModelSchema) });
export type SearchModelsReply = z.output<typeof searchModelsReplySchema>;

export const describeModelReplySchema = z.object({
  kind: z.literal('describeModel'),
  description: modelDescriptionSchema,
});
export type DescribeModelReply = z.output<typeof describeModelReplySchema>;

export const getModelReplySchema = z.object({
  kind: z.literal('getModel'),
  /** The commit that is in the cache now, and its folder there, absolute. */
  commit: z.string(),
  folder: z.string(),
  /** Files with weights that were fetched now, and their bytes; others were here. */
  fetched: z.int().nonnegative(),
  bytes: z.number().nonnegative(),
});
export type GetModelReply = z.output<typeof getModelReplySchema>;
