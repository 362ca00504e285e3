/**
 * The Llama family (arXiv:2302.13971, 2307.09288, 2407.21783): RMS norm, rotary positions with Llama 3's scaling, grouped-query
 * attention, SwiGLU, tied or untied head. Relatives that differ in a few switches build on `llamaFamily`.
 */
import { z } from 'zod';
import { add, gather, mul, rmsNorm, sigmoid } from '../onnx/operations.ts';
import type { Architecture } from './architecture.ts';
import { parseConfig, unsupported } from './config.ts';
import { ropeConfigSchema, rotaryFrequencies } from './rope.ts';

export const llamaConfigSchema = z
  .object({
    vocab_size: z.int().positive(),
    hidden_size: z.int().positive(),
    intermediate_size: z.int().positive(),
    num_hidden_layers: z.int().positive(),
    num_attention_heads: z.int().positive(),
    num_key_value_heads: z.int().positive().optional(),
    head_dim: z.int().positive().nullish(),
    max_position_embeddings: z.int().positive().default(2048),
    rms_norm_eps: z.number().positive().default(1e-6),
    hidden_act: z.literal('silu').default('silu'),
    tie_word_embeddings: z.boolean().default(false),
    attention_bias: z.boolean().default(false),
    mlp_bias: z.boolean().default(false),
  })
  .extend(ropeConfigSchema.shape);

export type LlamaConfig = z.output<typeof llamaConfigSchema>;

/** Where relatives of Llama differ. */
export interface LlamaVariant {
  readonly name: string;
  readonly queryKeyValueBias: boolean;
  readonly outputBias: boolean;
  readonly mlpBias: boolean;
  readonly window: number | null;
}

export function llama(configuration: unknown): Architecture {
  const config = parseConfig('llama', llamaConfigSchema, configuration);
  return llamaFamily(config, {
    name: 'llama',
    queryKeyValueBias: config.attention_bias,
    outputBias: config.attention_bias,
    mlpBias: config.mlp_bias,
    window: null,
  });
}

export function llamaFamily(config: LlamaConfig, variant: LlamaVariant): Architecture {
  const { hidden_size: hidden, intermediate_size: inner, num_attention_heads: heads } = config;
  const keyValueHeads = config.num_key_value_heads ?? heads;
  const headSize = config.head_dim ?? hidden / heads;
  if (!Number.isInteger(headSize))
    throw unsupported(variant.name, 'hidden_size', 'it is not a multiple of num_attention_heads');
  if (heads % keyValueHeads !== 0)
    throw unsupported(variant.name, 'num_key_value_heads', 'it does not divide num_attention_heads');
  const rotary = { frequencies: rotaryFrequencies(variant.name, config, headSize), interleaved: false };
  return {
    name: variant.name,
    vocabularySize: config.vocab_size,
    hiddenSize: hidden,
    layers: config.num_hidden_layers,
    keyValueHeads,
    headSize,
    contextLength: config.max_position_embeddings,
    headParameter: config.tie_word_embeddings ? 'model.embed_tokens.weight' : 'lm_head.weight',
    optionalPrefix: null,
    forward(context) {
      const linear = (
        x: typeof context.tokens,
        module: string,
        inFeatures: number,
        outFeatures: number,
        bias: boolean,
      ) => context.linear(x, { module, inFeatures, outFeatures, bias, layout: 'out-in' });
      const norm = (x: typeof context.tokens, module: string) =>
        rmsNorm(x, context.parameter(`${module}.weight`, [hidden]), config.rms_norm_eps);
      let x = gather(context.parameter('model.embed_tokens.weight', [config.vocab_size, hidden]), context.tokens);
      for (let layer = 0; layer < config.num_hidden_layers; layer++) {
        const block = `model.layers.${layer}`;
        const attention = `${block}.self_attn`;
        const normed = norm(x, `${block}.input_layernorm`);
        const q = linear(normed, `${attention}.q_proj`, hidden, heads * headSize, variant.queryKeyValueBias);
        const k = linear(normed, `${attention}.k_proj`, hidden, keyValueHeads * headSize, variant.queryKeyValueBias);
        const v = linear(normed, `${attention}.v_proj`, hidden, keyValueHeads * headSize, variant.queryKeyValueBias);
        const { window } = variant;
        const attended = context.attention(q, k, v, {
          layer,
          heads,
          keyValueHeads,
          headSize,
          scale: headSize ** -0.5,
          rotary,
          window,
        });
        x = add(x, linear(attended, `${attention}.o_proj`, heads * headSize, hidden, variant.outputBias));
        const middle = norm(x, `${block}.post_attention_layernorm`);
        const gate = linear(middle, `${block}.mlp.gate_proj`, hidden, inner, variant.mlpBias);
        const up = linear(middle, `${block}.mlp.up_proj`, hidden, inner, variant.mlpBias);
        const swiglu = mul(mul(gate, sigmoid(gate)), up);
        x = add(x, linear(swiglu, `${block}.mlp.down_proj`, inner, hidden, variant.mlpBias));
      }
      return norm(x, 'model.norm');
    },
  };
}
