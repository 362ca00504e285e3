/** Several tokens for each row in one run of a graph (`chunkGraph.ts`), for devices to which the cache has to be brought at each run. */
import type { Tensor } from '../onnx/session.ts';
import { CHUNK_STEPS } from './chunkGraph.ts';
import type { DecodedTokens, Decoder, DecodingRows } from './decoder.ts';
import { NAMES } from './graphs.ts';
import { keyValueOutputs, memoryOutput, type Outputs } from './outputs.ts';
import type { DrawnTokens } from './sampler.ts';
import { SAMPLING_INPUTS } from './sampling.ts';
import type { DecoderOptions } from './stepDecoder.ts';
import { integerTensor } from './tensors.ts';

export class ChunkDecoder implements Decoder {
  readonly #options: DecoderOptions;

  /** @param options of a chunk graph */
  constructor(options: DecoderOptions) {
    this.#options = options;
  }

  async decode({ tokens, most, uniforms }: DecodingRows): Promise<DecodedTokens> {
    const { layers, session, sampler, cache, seen, weights } = this.#options;
    const asked = Math.min(most, CHUNK_STEPS);
    const numbers = uniforms(asked);
    // What a run adds has places of its own, and goes to the cache after it.
    await cache.fit(0);
    const outputs = await session.run({
      ...weights,
      ...sampler.feeds,
      ...cache.feeds(),
      [NAMES.tokens]: integerTensor(tokens),
      [NAMES.steps]: integerTensor([asked], []),
      [SAMPLING_INPUTS.uniforms]: { data: numbers, dims: [asked, tokens.length] },
      ...(seen && { [SAMPLING_INPUTS.seen]: seen.tensor() }),
    });
    const drawn = sampler.read(outputs);
    const steps = drawn.tokens.length / tokens.length;
    if (sampler.lacksCandidates(outputs))
      await this.#drawLastAgain(outputs, drawn, numbers.subarray(0, drawn.tokens.length));
    return { drawn, steps, keyValues: keyValueOutputs(outputs, layers) };
  }

  /** Draws the last step's tokens from the whole vocabulary. */
  async #drawLastAgain(outputs: Outputs, drawn: DrawnTokens, numbers: Float32Array): Promise<void> {
    const { sampler, seen } = this.#options;
    const hidden = memoryOutput(outputs, NAMES.hidden);
    const [rows = 0] = hidden.dims;
    const seenBefore: Tensor | null = seen && memoryOutput(outputs, NAMES.seenBefore);
    const again = await sampler.drawFromAll(hidden, numbers.subarray(-rows), seenBefore);
    for (const name of ['tokens', 'logprobs', 'sampledLogprobs', 'entropies'] as const)
      drawn[name].set(again[name], drawn[name].length - rows);
  }
}
