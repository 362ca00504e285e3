/**
 * The Llama family (arXiv:2302.13971, 2307.09288, 2407.21783): RMS norm, rotary positions with Llama 3's scaling, grouped-query
 * attention, SwiGLU, tied or untied head. Relatives that differ in a few switches build on `llamaFamily`.
 */
import { z } from 'zod';
import { add, gather, mul, sigmoid } from '../onnx/operations.ts';
import type { Architecture } from './architecture.ts';
import { headSizeOf, headSizeSchema, layerCountSchema, parseConfig, sizeSchema, unsupported } from './config.ts';
import { throughLayers } from './layers.ts';
import { linears } from './linears.ts';
import { headNorms, rmsNorms } from './norms.ts';
import { ropeConfigSchema, rotaryFrequencies } from './rope.ts';

/** With the defaults of transformers, some of which are others in a relative. */
export const llamaConfigSchema = z
  .object({
    vocab_size: sizeSchema,
    hidden_size: sizeSchema,
    intermediate_size: sizeSchema,
    num_hidden_layers: layerCountSchema,
    num_attention_heads: sizeSchema,
    /** As many as there are of queries where it is null. */
    num_key_value_heads: sizeSchema.nullable().default(null),
    head_dim: headSizeSchema.nullish(),
    max_position_embeddings: z.int().positive().default(2048),
    rms_norm_eps: z.number().positive().default(1e-6),
    hidden_act: z.literal('silu').default('silu'),
    tie_word_embeddings: z.boolean().default(false),
    attention_bias: z.boolean().default(false),
    mlp_bias: z.boolean().default(false),
    layer_types: z.array(z.literal('full_attention')).nullish(),
  })
  .extend(ropeConfigSchema.shape);

export type LlamaConfig = z.output<typeof llamaConfigSchema>;

/** Where relatives of Llama differ. */
export interface LlamaVariant {
  readonly name: string;
  readonly queryKeyValueBias: boolean;
  readonly outputBias: boolean;
  readonly mlpBias: boolean;
  /** Whether each head of q and k goes through a norm of its own. */
  readonly queryKeyNorm: boolean;
  /** Keys that a query sees in every layer, its own included; null for all before it. */
  readonly window: number | null;
}

export function llama(configuration: unknown): Architecture {
  const config = parseConfig('llama', llamaConfigSchema, configuration);
  return llamaFamily(config, {
    name: 'llama',
    queryKeyValueBias: config.attention_bias,
    outputBias: config.attention_bias,
    mlpBias: config.mlp_bias,
    queryKeyNorm: false,
    window: null,
  });
}

export function llamaFamily(config: LlamaConfig, variant: LlamaVariant): Architecture {
  const { hidden_size: hidden, intermediate_size: inner, num_attention_heads: heads } = config;
  const keyValueHeads = config.num_key_value_heads ?? heads;
  const headSize = config.head_dim ?? headSizeOf(variant.name, 'hidden_size', hidden, heads);
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
    headBias: null,
    optionalPrefix: null,
    forward(context) {
      const linear = linears(context);
      const norm = rmsNorms(context, hidden, config.rms_norm_eps);
      const headNorm = headNorms(rmsNorms(context, headSize, config.rms_norm_eps), headSize);
      const embedded = gather(
        context.parameter('model.embed_tokens.weight', [config.vocab_size, hidden]),
        context.tokens,
      );
      const outcome = throughLayers(embedded, Array(config.num_hidden_layers).keys(), (x, layer) => {
        const block = `model.layers.${layer}`;
        const attention = `${block}.self_attn`;
        const normed = norm(x, `${block}.input_layernorm`);
        const q = linear(normed, `${attention}.q_proj`, hidden, heads * headSize, variant.queryKeyValueBias);
        const k = linear(normed, `${attention}.k_proj`, hidden, keyValueHeads * headSize, variant.queryKeyValueBias);
        const v = linear(normed, `${attention}.v_proj`, hidden, keyValueHeads * headSize, variant.queryKeyValueBias);
        const normedQ = variant.queryKeyNorm ? headNorm(q, `${attention}.q_norm`, heads) : q;
        const normedK = variant.queryKeyNorm ? headNorm(k, `${attention}.k_norm`, keyValueHeads) : k;
        const attended = context.attention(normedQ, normedK, v, {
          layer,
          heads,
          keyValueHeads,
          headSize,
          scale: headSize ** -0.5,
          rotary,
          window: variant.window,
        });
        const attendedTo = add(
          x,
          linear(attended, `${attention}.o_proj`, heads * headSize, hidden, variant.outputBias),
        );
        const middle = norm(attendedTo, `${block}.post_attention_layernorm`);
        const gate = linear(middle, `${block}.mlp.gate_proj`, hidden, inner, variant.mlpBias);
        const up = linear(middle, `${block}.mlp.up_proj`, hidden, inner, variant.mlpBias);
        const swiglu = mul(mul(gate, sigmoid(gate)), up);
        return add(attendedTo, linear(swiglu, `${block}.mlp.down_proj`, inner, hidden, variant.mlpBias));
      });
      return norm(outcome, 'model.norm');
    },
  };
}
