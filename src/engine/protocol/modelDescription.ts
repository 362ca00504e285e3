/** What is known of a model of the Hugging Face hub before its weights are fetched. */
import { z } from 'zod';

const bytes = z.number().nonnegative();

export const modelDescriptionSchema = z.object({
  /** As it was asked for. */
  source: z.string(),
  commit: z.string(),
  /** Where a person reads about it. */
  page: z.string(),
  /** `model_type` of its configuration. */
  architecture: z.string(),
  parameters: z.int().nonnegative(),
  /** Tokens. */
  contextLength: z.int().positive(),
  /** Types of its tensors, as safetensors has them: `BF16`. */
  dtypes: z.array(z.string()),
  /** As its author names it; null where they do not. */
  licence: z.string().nullable(),
  /** Whether its files are only for those whom its owner has let in. */
  isGated: z.boolean(),
  /** Of all its files that the engine or its tokenizer reads, and of those of them that are not on this machine. */
  bytes,
  missingBytes: bytes,
  /** By forecast; of LoRA by what the base is held in. */
  memory: z.object({
    weights: bytes,
    lora: z.object({ float32: bytes, int8: bytes, int4: bytes }),
    full: bytes,
    row: bytes,
  }),
});
export type ModelDescription = z.output<typeof modelDescriptionSchema>;

/** A model that a search has found. */
export const foundModelSchema = z.object({
  /** `owner/name`. */
  name: z.string(),
  downloads: z.number(),
  likes: z.number(),
  isGated: z.boolean(),
  /** null where its author names none. */
  licence: z.string().nullable(),
  /** null where the hub has not counted them. */
  parameters: z.number().nullable(),
});
export type FoundModel = z.output<typeof foundModelSchema>;
