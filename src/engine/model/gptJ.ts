/**
 * GPT-J (github.com/kingoflolz/mesh-transformer-jax): attention and MLP side by side on one norm, rotary positions (arXiv:2104.09864) of
 * neighbouring features in the first part of each head, a head with a bias.
 */
import { z } from 'zod';
import { add, fastGelu, gather } from '../onnx/operations.ts';
import type { Architecture } from './architecture.ts';
import { headSizeOf, layerCountSchema, parseConfig, sizeSchema, unsupported } from './config.ts';
import { linears } from './linears.ts';
import { throughLayers } from './layers.ts';
import { layerNorms } from './norms.ts';
import { rotaryFrequencies } from './rope.ts';

const schema = z.object({
  vocab_size: sizeSchema,
  n_positions: z.int().positive(),
  n_embd: sizeSchema,
  n_layer: layerCountSchema,
  n_head: sizeSchema,
  n_inner: sizeSchema.nullish(),
  /** Features of a head that are rotated. */
  rotary_dim: z.int().positive().default(64),
  activation_function: z.enum(['gelu_new', 'gelu_pytorch_tanh']).default('gelu_new'),
  layer_norm_epsilon: z.number().positive().default(1e-5),
  tie_word_embeddings: z.boolean().default(false),
});

export function gptJ(configuration: unknown): Architecture {
  const config = parseConfig('gptj', schema, configuration);
  const { n_embd: hidden, n_head: heads, rotary_dim: rotated } = config;
  const inner = config.n_inner ?? 4 * hidden;
  const headSize = headSizeOf('gptj', 'n_embd', hidden, heads);
  if (rotated % 2 !== 0 || rotated > headSize)
    throw unsupported('gptj', 'rotary_dim', `it must be even and at most ${headSize}, the size of a head`);
  const rotary = { frequencies: rotaryFrequencies('gptj', {}, rotated), interleaved: true };
  return {
    name: 'gptj',
    vocabularySize: config.vocab_size,
    hiddenSize: hidden,
    layers: config.n_layer,
    keyValueHeads: heads,
    headSize,
    contextLength: config.n_positions,
    headParameter: config.tie_word_embeddings ? 'transformer.wte.weight' : 'lm_head.weight',
    headBias: 'lm_head.bias',
    optionalPrefix: 'transformer.',
    forward(context) {
      const linear = linears(context);
      const norm = layerNorms(context, hidden, config.layer_norm_epsilon);
      const embedded = gather(context.parameter('transformer.wte.weight', [config.vocab_size, hidden]), context.tokens);
      const outcome = throughLayers(embedded, Array(config.n_layer).keys(), (x, layer) => {
        const block = `transformer.h.${layer}`;
        const normed = norm(x, `${block}.ln_1`);
        const q = linear(normed, `${block}.attn.q_proj`, hidden, hidden);
        const k = linear(normed, `${block}.attn.k_proj`, hidden, hidden);
        const v = linear(normed, `${block}.attn.v_proj`, hidden, hidden);
        const attended = context.attention(q, k, v, {
          layer,
          heads,
          keyValueHeads: heads,
          headSize,
          scale: headSize ** -0.5,
          rotary,
          window: null,
        });
        const up = linear(normed, `${block}.mlp.fc_in`, hidden, inner, true);
        const down = linear(fastGelu(up), `${block}.mlp.fc_out`, inner, hidden, true);
        return add(add(x, linear(attended, `${block}.attn.out_proj`, hidden, hidden)), down);
      });
      return norm(outcome, 'transformer.ln_f');
    },
  };
}
