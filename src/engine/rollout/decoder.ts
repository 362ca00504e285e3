/** Generating the next tokens of some rows, one for each or several. */
import type { LayerKeyValues } from './kvCache.ts';
import type { DrawnTokens } from './sampler.ts';

/** The rows of the cache, in its order. */
export interface DecodingRows {
  /** The last token of each row. */
  readonly tokens: readonly number[];
  /** Tokens that the row with most to come may still get. */
  readonly most: number;
  /** The numbers from which the next tokens are drawn, `[steps, rows]`. */
  readonly uniforms: (steps: number) => Float32Array;
}

export interface DecodedTokens {
  /** `[steps, rows]`; those of a row after its end are for nobody. */
  readonly drawn: DrawnTokens;
  readonly steps: number;
  /** What the steps add to the cache, `[rows, keyValueHeads, steps or more, headSize]` of each layer. */
  readonly keyValues: readonly LayerKeyValues[];
}

export interface Decoder {
  decode(rows: DecodingRows): Promise<DecodedTokens>;
}
