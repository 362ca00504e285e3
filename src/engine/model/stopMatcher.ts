import { Detokenizer } from './detokenizer.ts';
import type { TokenDecoder } from './tokenizer.ts';

/**
 * Finds the first stop string in a completion while it grows, also one that is spread over several tokens or ends within one.
 * The token that completes it belongs to the completion; the text is cut before the stop string.
 */
export class StopMatcher {
  readonly #stops: readonly string[];
  readonly #detokenizer: Detokenizer;
  /** How many characters of earlier text a stop string that is not complete yet can reach back. */
  readonly #reach: number;
  /** The last `reach` characters of the text so far. */
  #tail = '';
  /** Characters before the tail. */
  #passed = 0;

  /** @param stops not empty strings; special tokens have no text and are stopped at by id */
  constructor(tokenizer: TokenDecoder, stops: readonly string[]) {
    if (stops.includes('')) throw new RangeError('A stop string cannot be empty.');
    this.#stops = stops;
    this.#detokenizer = new Detokenizer(tokenizer);
    this.#reach = Math.max(0, ...stops.map((stop) => stop.length - 1));
  }

  /**
   * Takes the next token.
   *
   * @returns where the text of the completion is to be cut (UTF-16 offset into what decoding all tokens gives) when a stop string
   *   is now complete, the earliest where several are; null otherwise
   */
  push(id: number): number | null {
    if (this.#stops.length === 0) return null;
    const text = this.#tail + this.#detokenizer.push(id);
    const starts = this.#stops.map((stop) => text.indexOf(stop)).filter((start) => start >= 0);
    if (starts.length > 0) return this.#passed + Math.min(...starts);
    const dropped = Math.max(0, text.length - this.#reach);
    this.#passed += dropped;
    this.#tail = text.slice(dropped);
    return null;
  }
}
