/** GPT-2 (Radford et al. 2019): learned positions, pre-norm blocks, fused q, k, v, GELU, tied head. */
import { z } from 'zod';
import { add, fastGelu, gather, split } from '../onnx/operations.ts';
import type { Architecture } from './architecture.ts';
import { headSizeOf, layerCountSchema, parseConfig, sizeSchema } from './config.ts';
import { throughLayers } from './layers.ts';
import { layerNorms } from './norms.ts';

const schema = z.object({
  vocab_size: sizeSchema,
  n_positions: z.int().positive(),
  n_embd: sizeSchema,
  n_layer: layerCountSchema,
  n_head: sizeSchema,
  n_inner: sizeSchema.nullish(),
  activation_function: z.enum(['gelu_new', 'gelu_pytorch_tanh']).default('gelu_new'),
  layer_norm_epsilon: z.number().positive().default(1e-5),
  scale_attn_weights: z.boolean().default(true),
  scale_attn_by_inverse_layer_idx: z.boolean().default(false),
  tie_word_embeddings: z.boolean().default(true),
});

export function gpt2(configuration: unknown): Architecture {
  const config = parseConfig('gpt2', schema, configuration);
  const hidden = config.n_embd;
  const inner = config.n_inner ?? 4 * hidden;
  const headSize = headSizeOf('gpt2', 'n_embd', hidden, config.n_head);
  return {
    name: 'gpt2',
    vocabularySize: config.vocab_size,
    hiddenSize: hidden,
    layers: config.n_layer,
    keyValueHeads: config.n_head,
    headSize,
    contextLength: config.n_positions,
    headParameter: config.tie_word_embeddings ? 'transformer.wte.weight' : 'lm_head.weight',
    headBias: null,
    optionalPrefix: 'transformer.',
    forward(context) {
      const conv1d = (module: string, inFeatures: number, outFeatures: number) =>
        ({ module, inFeatures, outFeatures, bias: true, layout: 'in-out' }) as const;
      const norm = layerNorms(context, hidden, config.layer_norm_epsilon);
      const embedded = add(
        gather(context.parameter('transformer.wte.weight', [config.vocab_size, hidden]), context.tokens),
        gather(context.parameter('transformer.wpe.weight', [config.n_positions, hidden]), context.positions),
      );
      const outcome = throughLayers(embedded, Array(config.n_layer).keys(), (x, layer) => {
        const block = `transformer.h.${layer}`;
        const qkv = context.linear(norm(x, `${block}.ln_1`), conv1d(`${block}.attn.c_attn`, hidden, 3 * hidden));
        const [q, k, v] = split(qkv, 1, [hidden, hidden, hidden]);
        if (!q || !k || !v) throw new Error('the fused layer has three parts');
        const attended = context.attention(q, k, v, {
          layer,
          heads: config.n_head,
          keyValueHeads: config.n_head,
          headSize,
          scale:
            (config.scale_attn_weights ? headSize ** -0.5 : 1) /
            (config.scale_attn_by_inverse_layer_idx ? layer + 1 : 1),
          rotary: null,
          window: null,
        });
        const middle = add(x, context.linear(attended, conv1d(`${block}.attn.c_proj`, hidden, hidden)));
        const up = context.linear(norm(middle, `${block}.ln_2`), conv1d(`${block}.mlp.c_fc`, hidden, inner));
        return add(middle, context.linear(fastGelu(up), conv1d(`${block}.mlp.c_proj`, inner, hidden)));
      });
      return norm(outcome, 'transformer.ln_f');
    },
  };
}
