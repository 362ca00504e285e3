/**
 * The forward pass as other programs run it, with any number of tokens per row after those of a cache, with padding, which is the
 * decoder-with-past of Hugging Face Optimum. Linear layers and scores are standard operators of ONNX, for which every provider has
 * kernels; those of training, which ONNX Runtime's CPU provider alone has, save it a transposition.
 */
import type { Graph, Value } from '../onnx/graph.ts';
import { gemm, reshape } from '../onnx/operations.ts';
import { dimProduct } from '../onnx/shape.ts';
import type { Architecture, ForwardContext } from './architecture.ts';
import { headOf } from './head.ts';
import type { ParameterSource } from './parameters.ts';
import { pastAttention } from './pastAttention.ts';

/** The sizes by the names that Optimum gives them. */
const BATCH = 'batch_size';
const SEQUENCE = 'sequence_length';
const PAST = 'past_sequence_length';

/**
 * Traces `input_ids` and `position_ids` int64 `[batch, sequence]`, `attention_mask` int64 `[batch, past + sequence]` (0 for padding) and
 * `past_key_values.N.key`, `.value` `[batch, keyValueHeads, past, headSize]`, to `logits` `[batch, sequence, vocabulary]` and
 * `present.N.key`, `.value` `[batch, keyValueHeads, past + sequence, headSize]`.
 */
export function traceWithPast(
  graph: Graph,
  architecture: Architecture,
  parameters: ParameterSource,
): Readonly<Record<string, Value>> {
  const { layers, keyValueHeads, headSize, vocabularySize } = architecture;
  const flat = dimProduct([BATCH, SEQUENCE]);
  const tokens = reshape(graph.input('input_ids', 'int64', [BATCH, SEQUENCE]), [flat]);
  const mask = graph.input('attention_mask', 'int64', [BATCH, `${PAST}+${SEQUENCE}`]);
  const positions = reshape(graph.input('position_ids', 'int64', [BATCH, SEQUENCE]), [flat]);
  const cacheShape = [BATCH, keyValueHeads, PAST, headSize];
  const past = Array.from({ length: layers }, (_, layer) => ({
    keys: graph.input(`past_key_values.${layer}.key`, 'float32', cacheShape),
    values: graph.input(`past_key_values.${layer}.value`, 'float32', cacheShape),
  }));
  const attend = pastAttention({ positions, mask, batch: BATCH, sequence: SEQUENCE, past: PAST });
  const presents: [string, Value][] = [];
  const context: ForwardContext = {
    tokens,
    positions,
    parameter: (name, shape) => parameters(graph, name, shape),
    linear: (x, { module, inFeatures, outFeatures, bias, layout }) => {
      const transB = layout === 'out-in';
      const shape = transB ? [outFeatures, inFeatures] : [inFeatures, outFeatures];
      const weight = parameters(graph, `${module}.weight`, shape);
      return gemm(x, weight, { transB, bias: bias ? parameters(graph, `${module}.bias`, [outFeatures]) : null });
    },
    attention: (q, k, v, spec) => {
      const cached = past[spec.layer];
      if (!cached) throw new Error(`the cache lacks layer ${spec.layer}`);
      const { output, keys, values } = attend(q, k, v, spec, cached);
      presents.push([`present.${spec.layer}.key`, keys], [`present.${spec.layer}.value`, values]);
      return output;
    },
  };
  const hidden = architecture.forward(context);
  const { weight, bias } = headOf(architecture, context);
  const logits = gemm(hidden, weight, { transB: true, bias });
  return { logits: reshape(logits, [BATCH, SEQUENCE, vocabularySize]), ...Object.fromEntries(presents) };
}
