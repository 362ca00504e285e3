/** Where each token of a completion ends in its text. */
import { Detokenizer } from './detokenizer.ts';
import type { TokenDecoder } from './tokenizer.ts';

export class TokenEnds {
  readonly #tokenizer: TokenDecoder;
  /** By id, the text of a token that is not the first. */
  readonly #pieces = new Map<number, string>();

  constructor(tokenizer: TokenDecoder) {
    this.#tokenizer = tokenizer;
  }

  /**
   * Ascending UTF-16 offsets, one per token. A token without text, or within a character of several tokens, ends where the one before
   * it does; the last ends where the text does.
   *
   * @param text what decoding all the tokens at once gives
   */
  of(tokens: readonly number[], text: string): Int32Array {
    const pieces = tokens.map((token, index) => this.#piece(token, index === 0));
    // Mostly so, and ten times quicker than decoding token by token; not where a character is spread over tokens.
    return ends(pieces.join('') === text ? pieces : this.#growing(tokens));
  }

  #growing(tokens: readonly number[]): string[] {
    const detokenizer = new Detokenizer(this.#tokenizer);
    const pieces = tokens.map((token) => detokenizer.push(token));
    const held = detokenizer.finish();
    return pieces.map((piece, index) => (index === pieces.length - 1 ? piece + held : piece));
  }

  /** Decoders treat the first token differently: some drop the space that it begins with. */
  #piece(token: number, first: boolean): string {
    if (!this.#tokenizer.hasText(token)) return '';
    if (first) return this.#tokenizer.decode([token]);
    let piece = this.#pieces.get(token);
    if (piece === undefined) {
      piece = this.#tokenizer.decode([token, token]).slice(this.#tokenizer.decode([token]).length);
      this.#pieces.set(token, piece);
    }
    return piece;
  }
}

function ends(pieces: readonly string[]): Int32Array {
  let end = 0;
  return Int32Array.from(pieces, (piece) => (end += piece.length));
}
