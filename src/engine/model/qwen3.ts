/** Qwen3 (arXiv:2505.09388): Llama with a norm on each head of q and k, and heads of a size of their own. */
import type { Architecture } from './architecture.ts';
import { headSizeSchema, parseConfig } from './config.ts';
import { llamaFamily } from './llama.ts';
import { qwenConfigSchema } from './qwen2.ts';

const schema = qwenConfigSchema.extend({ head_dim: headSizeSchema.default(128) });

export function qwen3(configuration: unknown): Architecture {
  const config = parseConfig('qwen3', schema, configuration);
  return llamaFamily(config, {
    name: 'qwen3',
    queryKeyValueBias: config.attention_bias,
    outputBias: config.attention_bias,
    mlpBias: false,
    queryKeyNorm: true,
    window: null,
  });
}
