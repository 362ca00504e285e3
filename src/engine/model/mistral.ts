/** Mistral (arXiv:2310.06825): Llama whose queries see a window of keys, in all layers or, since version 0.2, in none. */
import { z } from 'zod';
import type { Architecture } from './architecture.ts';
import { parseConfig, sizeSchema } from './config.ts';
import { llamaConfigSchema, llamaFamily } from './llama.ts';

const schema = llamaConfigSchema.extend({
  num_key_value_heads: sizeSchema.nullable().default(8),
  max_position_embeddings: z.int().positive().default(131_072),
  sliding_window: z.int().positive().nullable().default(4096),
});

export function mistral(configuration: unknown): Architecture {
  const config = parseConfig('mistral', schema, configuration);
  return llamaFamily(config, {
    name: 'mistral',
    queryKeyValueBias: false,
    outputBias: false,
    mlpBias: false,
    queryKeyNorm: false,
    window: config.sliding_window,
  });
}
