/** Qwen2 and 2.5 (arXiv:2407.10671, 2412.15115): Llama with biases on q, k and v. */
import { z } from 'zod';
import type { Architecture } from './architecture.ts';
import { parseConfig, sizeSchema } from './config.ts';
import { llamaConfigSchema, llamaFamily } from './llama.ts';

/** Of Qwen2 and Qwen3. */
export const qwenConfigSchema = llamaConfigSchema.extend({
  num_key_value_heads: sizeSchema.nullable().default(32),
  max_position_embeddings: z.int().positive().default(32_768),
  /**
   * Released models have their windows switched off (and name a size all the same). What switched on would mean is not settled: of
   * `max_window_layers`, implementations have taken the first layers for those with a window, and the last.
   */
  use_sliding_window: z.literal(false, 'the windows of Qwen models are not supported').default(false),
});

export function qwen2(configuration: unknown): Architecture {
  const config = parseConfig('qwen2', qwenConfigSchema, configuration);
  return llamaFamily(config, {
    name: 'qwen2',
    queryKeyValueBias: true,
    outputBias: false,
    mlpBias: false,
    queryKeyNorm: false,
    window: null,
  });
}
