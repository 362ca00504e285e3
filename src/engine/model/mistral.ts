/** Mistral (arXiv:2310.06825): Llama whose queries see a window of keys, in all layers or, since version 0.2, in none. */
import { z } from 'zod';
import type { Architecture } from './architecture.ts';
import { parseConfig } from './config.ts';
import { llamaConfigSchema, llamaFamily } from './llama.ts';

const schema = llamaConfigSchema.extend({ sliding_window: z.int().positive().nullable().default(4096) });

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
