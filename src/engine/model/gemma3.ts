/**
 * Gemma 3's text models (arXiv:2503.19786): RMS norms before and after attention and MLP and on each head of q and k, layers of a window
 * (local) with a global one among several, each kind with rotary frequencies of its own, GeGLU, scaled embeddings.
 */
import { z } from 'zod';
import { add, fastGelu, gather, mul } from '../onnx/operations.ts';
import type { Architecture } from './architecture.ts';
import { headSizeSchema, layerCountSchema, parseConfig, sizeSchema, unsupported } from './config.ts';
import { throughLayers } from './layers.ts';
import { linears } from './linears.ts';
import { headNorms, rmsNorms } from './norms.ts';
import { ropeScalingSchema, rotaryFrequencies, type RopeConfig } from './rope.ts';

const layerType = z.enum(['sliding_attention', 'full_attention']);

const schema = z.object({
  vocab_size: sizeSchema,
  hidden_size: sizeSchema,
  intermediate_size: sizeSchema,
  num_hidden_layers: layerCountSchema,
  num_attention_heads: sizeSchema,
  num_key_value_heads: sizeSchema.default(4),
  head_dim: headSizeSchema.default(256),
  max_position_embeddings: z.int().positive().default(131_072),
  rms_norm_eps: z.number().positive().default(1e-6),
  hidden_activation: z.literal('gelu_pytorch_tanh').default('gelu_pytorch_tanh'),
  tie_word_embeddings: z.boolean().default(true),
  attention_bias: z.boolean().default(false),
  query_pre_attn_scalar: z.number().positive().default(256),
  sliding_window: z.int().positive().default(4096),
  layer_types: z.array(layerType).nullish(),
  /** The key before `layer_types`: of so many layers, the last is global. */
  sliding_window_pattern: z.int().positive().default(6),
  rope_theta: z.number().positive().default(1_000_000),
  rope_local_base_freq: z.number().positive().default(10_000),
  rope_scaling: ropeScalingSchema.nullish(),
  /** In place of the three keys above since transformers 5. */
  rope_parameters: z.partialRecord(layerType, ropeScalingSchema).nullish(),
});

export function gemma3(configuration: unknown): Architecture {
  const name = 'gemma3_text';
  const config = parseConfig(name, schema, configuration);
  const { hidden_size: hidden, intermediate_size: inner, head_dim: headSize } = config;
  const { num_attention_heads: heads, num_key_value_heads: keyValueHeads } = config;
  if (heads % keyValueHeads !== 0)
    throw unsupported(name, 'num_key_value_heads', 'it does not divide num_attention_heads');
  const rotary = (rope: RopeConfig) => ({ frequencies: rotaryFrequencies(name, rope, headSize), interleaved: false });
  const kinds = {
    sliding_attention: {
      rotary: rotary({
        rope_theta: config.rope_local_base_freq,
        rope_parameters: config.rope_parameters?.sliding_attention,
      }),
      window: config.sliding_window,
    },
    full_attention: {
      rotary: rotary({
        rope_theta: config.rope_theta,
        rope_scaling: config.rope_scaling,
        rope_parameters: config.rope_parameters?.full_attention,
      }),
      window: null,
    },
  };
  const types = layerTypes(name, config);
  return {
    name,
    vocabularySize: config.vocab_size,
    hiddenSize: hidden,
    layers: types.length,
    keyValueHeads,
    headSize,
    contextLength: config.max_position_embeddings,
    headParameter: config.tie_word_embeddings ? 'model.embed_tokens.weight' : 'lm_head.weight',
    headBias: null,
    optionalPrefix: null,
    forward(context) {
      const linear = linears(context);
      const norm = rmsNorms(context, hidden, config.rms_norm_eps, 1);
      const headNorm = headNorms(rmsNorms(context, headSize, config.rms_norm_eps, 1), headSize);
      const embedding = context.parameter('model.embed_tokens.weight', [config.vocab_size, hidden]);
      // The root is rounded to the type computed in, which is float32 here, whatever type the file has.
      const embedded = mul(gather(embedding, context.tokens), Math.sqrt(hidden));
      const outcome = throughLayers(embedded, types.entries(), (x, [layer, type]) => {
        const block = `model.layers.${layer}`;
        const attention = `${block}.self_attn`;
        const normed = norm(x, `${block}.input_layernorm`);
        const q = linear(normed, `${attention}.q_proj`, hidden, heads * headSize, config.attention_bias);
        const k = linear(normed, `${attention}.k_proj`, hidden, keyValueHeads * headSize, config.attention_bias);
        const v = linear(normed, `${attention}.v_proj`, hidden, keyValueHeads * headSize, config.attention_bias);
        const attended = context.attention(
          headNorm(q, `${attention}.q_norm`, heads),
          headNorm(k, `${attention}.k_norm`, keyValueHeads),
          v,
          { layer, heads, keyValueHeads, headSize, scale: config.query_pre_attn_scalar ** -0.5, ...kinds[type] },
        );
        const mixed = linear(attended, `${attention}.o_proj`, heads * headSize, hidden, config.attention_bias);
        const attendedTo = add(x, norm(mixed, `${block}.post_attention_layernorm`));
        const middle = norm(attendedTo, `${block}.pre_feedforward_layernorm`);
        const gate = linear(middle, `${block}.mlp.gate_proj`, hidden, inner);
        const up = linear(middle, `${block}.mlp.up_proj`, hidden, inner);
        const down = linear(mul(fastGelu(gate), up), `${block}.mlp.down_proj`, inner, hidden);
        return add(attendedTo, norm(down, `${block}.post_feedforward_layernorm`));
      });
      return norm(outcome, 'model.norm');
    },
  };
}

/** The kind of each layer. */
function layerTypes(name: string, config: z.output<typeof schema>): readonly z.output<typeof layerType>[] {
  const { layer_types: types, num_hidden_layers: layers, sliding_window_pattern: pattern } = config;
  if (types && types.length !== layers)
    throw unsupported(name, 'layer_types', `it names ${types.length} layers, and num_hidden_layers is ${layers}`);
  return (
    types ??
    Array.from({ length: layers }, (_, layer) => ((layer + 1) % pattern === 0 ? 'full_attention' : 'sliding_attention'))
  );
}
