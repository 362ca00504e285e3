/** Qwen2 and 2.5 (arXiv:2407.10671, 2412.15115): Llama with biases on q, k and v. */
import { z } from 'zod';
import type { Architecture } from './architecture.ts';
import { parseConfig, unsupported } from './config.ts';
import { llamaConfigSchema, llamaFamily } from './llama.ts';

const schema = llamaConfigSchema.extend({ use_sliding_window: z.boolean().default(false) });

export function qwen2(configuration: unknown): Architecture {
  const config = parseConfig('qwen2', schema, configuration);
  if (config.use_sliding_window)
    throw unsupported(
      'qwen2',
      'use_sliding_window',
      'its windows cover some layers only, which this engine does not do',
    );
  return llamaFamily(config, {
    name: 'qwen2',
    queryKeyValueBias: true,
    outputBias: false,
    mlpBias: false,
    window: null,
  });
}
