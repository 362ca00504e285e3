/**
 * GPT-Neo (doi:10.5281/zenodo.5297715): GPT-2 with q, k and v apart and without biases, scores that are not scaled, and layers whose
 * queries see all keys (global) in turn with layers of a window (local).
 */
import { z } from 'zod';
import { add, fastGelu, gather } from '../onnx/operations.ts';
import type { Architecture } from './architecture.ts';
import { headSizeOf, layerCountSchema, parseConfig, sizeSchema, unsupported } from './config.ts';
import { linears } from './linears.ts';
import { throughLayers } from './layers.ts';
import { layerNorms } from './norms.ts';

const attentionTypes = z.array(z.tuple([z.array(z.enum(['global', 'local'])), layerCountSchema]));

const schema = z.object({
  vocab_size: sizeSchema,
  max_position_embeddings: z.int().positive(),
  hidden_size: sizeSchema,
  num_layers: layerCountSchema,
  num_heads: sizeSchema,
  intermediate_size: sizeSchema.nullish(),
  /** Which kinds follow each other, and how often. */
  attention_types: attentionTypes.default([[['global', 'local'], 12]]),
  window_size: z.int().positive().default(256),
  activation_function: z.enum(['gelu_new', 'gelu_pytorch_tanh']).default('gelu_new'),
  layer_norm_epsilon: z.number().positive().default(1e-5),
  tie_word_embeddings: z.boolean().default(true),
});

export function gptNeo(configuration: unknown): Architecture {
  const config = parseConfig('gpt_neo', schema, configuration);
  const { hidden_size: hidden, num_heads: heads } = config;
  const inner = config.intermediate_size ?? 4 * hidden;
  const headSize = headSizeOf('gpt_neo', 'hidden_size', hidden, heads);
  const kinds = layerKinds(config);
  return {
    name: 'gpt_neo',
    vocabularySize: config.vocab_size,
    hiddenSize: hidden,
    layers: config.num_layers,
    keyValueHeads: heads,
    headSize,
    contextLength: config.max_position_embeddings,
    headParameter: config.tie_word_embeddings ? 'transformer.wte.weight' : 'lm_head.weight',
    headBias: null,
    optionalPrefix: 'transformer.',
    forward(context) {
      const linear = linears(context);
      const norm = layerNorms(context, hidden, config.layer_norm_epsilon);
      const embedded = add(
        gather(context.parameter('transformer.wte.weight', [config.vocab_size, hidden]), context.tokens),
        gather(
          context.parameter('transformer.wpe.weight', [config.max_position_embeddings, hidden]),
          context.positions,
        ),
      );
      const outcome = throughLayers(embedded, kinds.entries(), (x, [layer, kind]) => {
        const block = `transformer.h.${layer}`;
        const attention = `${block}.attn.attention`;
        const normed = norm(x, `${block}.ln_1`);
        const q = linear(normed, `${attention}.q_proj`, hidden, hidden);
        const k = linear(normed, `${attention}.k_proj`, hidden, hidden);
        const v = linear(normed, `${attention}.v_proj`, hidden, hidden);
        const attended = context.attention(q, k, v, {
          layer,
          heads,
          keyValueHeads: heads,
          headSize,
          scale: 1,
          rotary: null,
          window: kind === 'local' ? config.window_size : null,
        });
        const middle = add(x, linear(attended, `${attention}.out_proj`, hidden, hidden, true));
        const up = linear(norm(middle, `${block}.ln_2`), `${block}.mlp.c_fc`, hidden, inner, true);
        return add(middle, linear(fastGelu(up), `${block}.mlp.c_proj`, inner, hidden, true));
      });
      return norm(outcome, 'transformer.ln_f');
    },
  };
}

/** The kind of each layer. */
function layerKinds(config: z.output<typeof schema>): readonly ('global' | 'local')[] {
  const { attention_types: types, num_layers: layers } = config;
  const count = types.reduce((sum, [kinds, times]) => sum + kinds.length * times, 0);
  if (count !== layers)
    throw unsupported('gpt_neo', 'attention_types', `it names ${count} layers, and num_layers is ${layers}`);
  return types.flatMap(([kinds, times]) => Array.from({ length: times }, () => kinds).flat());
}
