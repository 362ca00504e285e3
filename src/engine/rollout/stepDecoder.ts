/** One token for each row: a run of the decode graph and one of the sampling graph, between which hidden states stay where they are. */
import type { AnyTensor, Feeds, Session } from '../onnx/session.ts';
import type { DecodeCache } from './decodeCache.ts';
import type { DecodedTokens, Decoder, DecodingRows } from './decoder.ts';
import { NAMES } from './graphs.ts';
import { dispose, keyValueOutputs, requireOutput } from './outputs.ts';
import type { Sampler } from './sampler.ts';
import type { SeenTokens } from './seenTokens.ts';
import { integerTensor } from './tensors.ts';

export interface DecoderOptions {
  readonly layers: number;
  readonly session: Session<AnyTensor>;
  readonly sampler: Sampler;
  readonly cache: DecodeCache;
  /** null where nothing is penalised. */
  readonly seen: SeenTokens | null;
  /** The trainable tensors. */
  readonly weights: Feeds;
}

export class StepDecoder implements Decoder {
  readonly #options: DecoderOptions;

  /** @param options of a decode graph */
  constructor(options: DecoderOptions) {
    this.#options = options;
  }

  async decode({ tokens, uniforms }: DecodingRows): Promise<DecodedTokens> {
    const { layers, session, sampler, cache, seen, weights } = this.#options;
    await cache.fit(1);
    const outputs = await session.run({ ...weights, ...cache.feeds(), [NAMES.tokens]: integerTensor(tokens) });
    const hidden = requireOutput(outputs, NAMES.hidden);
    const drawn = await sampler.draw(hidden, uniforms(1), seen?.tensor() ?? null);
    dispose([hidden]);
    return { drawn, steps: 1, keyValues: keyValueOutputs(outputs, layers) };
  }
}
