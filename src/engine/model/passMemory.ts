/**
 * Memory of one training pass, by the traced graph of a packed batch. Measured against passes of GPT-2 124M and whole steps of larger models
 * (bench/NOTES.md).
 */
import { Graph, type Value } from '../onnx/graph.ts';
import { dimTerms } from '../onnx/shape.ts';
import type { Architecture } from './architecture.ts';
import { packedForward } from './forward.ts';
import { fedParameters } from './parameters.ts';
import type { TokenLayout } from './tokenLayout.ts';

const FLOAT_BYTES = 4;

/** A micro-batch: each prompt once, and `width` completions after each of them. Lengths in tokens. */
export interface PassSize {
  readonly prompts: number;
  readonly promptTokens: number;
  readonly width: number;
  readonly completionTokens: number;
}

/** Share of what a forward pass writes that is there at the peak of the backward pass. */
const KEPT_SHARE = 0.4;
/** Tensors of `[completion tokens, vocabulary]` at once: logits, log-probabilities, probabilities, and gradients of them. */
const VOCABULARY_COPIES = 4.3;

/**
 * @param gradientCheckpointing with it a pass keeps the input of each layer, and the rest of one layer at a time
 * @returns bytes
 */
export function passBytes(architecture: Architecture, size: PassSize, gradientCheckpointing: boolean): number {
  const { layers, hiddenSize, vocabularySize } = architecture;
  const completions = size.prompts * size.width * size.completionTokens;
  const head = VOCABULARY_COPIES * FLOAT_BYTES * completions * vocabularySize;
  const written = forwardBytes(architecture, size);
  if (!gradientCheckpointing) return KEPT_SHARE * written + head;
  const inputs = layers * FLOAT_BYTES * (size.prompts * size.promptTokens + completions) * hiddenSize;
  // The head is done with before the first layer is computed again.
  return inputs + Math.max(head, written / layers);
}

/** Bytes that a forward pass writes, layer after layer, without the head. */
function forwardBytes(
  architecture: Architecture,
  { prompts, promptTokens, width, completionTokens }: PassSize,
): number {
  const graph = new Graph();
  const options = { graph, architecture, parameters: fedParameters(), adapter: null };
  packedForward(options, layoutOf(graph));
  const sizes = new Map([
    ['tokens', prompts * (promptTokens + width * completionTokens)],
    ['prompts', prompts],
    ['promptTime', promptTokens],
    ['width', width],
    ['time', completionTokens],
  ]);
  return graph.nodes
    .filter(({ type }) => type !== 'Reshape')
    .flatMap(({ outputs }) => outputs)
    .reduce((sum, value) => sum + bytesOf(value, sizes), 0);
}

function layoutOf(graph: Graph): TokenLayout {
  const ints = (name: string, ...shape: readonly string[]): Value => graph.input(name, 'int64', shape);
  return {
    tokens: ints('tokens', 'tokens'),
    positions: ints('positions', 'tokens'),
    promptLengths: ints('prompt_lengths', 'prompts'),
    promptTokens: ints('prompt_tokens', 'prompts', 'promptTime'),
    completionTokens: ints('completion_tokens', 'prompts', 'width', 'time'),
    places: ints('places', 'tokens'),
  };
}

function bytesOf({ dtype, shape }: Value, sizes: ReadonlyMap<string, number>): number {
  const sizeOf = (name: string): number => sizes.get(name) ?? 1;
  const elements = shape.reduce<number>((product, dim) => {
    const terms = dimTerms(dim).map(({ factor, names }) => names.reduce((size, name) => size * sizeOf(name), factor));
    return product * terms.reduce((sum, term) => sum + term, 0);
  }, 1);
  return elements * (dtype === 'bool' || dtype === 'uint8' ? 1 : dtype === 'int64' ? 2 * FLOAT_BYTES : FLOAT_BYTES);
}
