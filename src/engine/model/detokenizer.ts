import type { TokenDecoder } from './tokenizer.ts';

/** A character of UTF-8 has at most 4 bytes, and a token at least one: so many tokens hold any unfinished character. */
const CONTEXT_TOKENS = 4;
/** Tokens decoded again at every push, at most; more would cost time, fewer more frequent cuts of the window. */
const MAX_WINDOW_TOKENS = 16;
/** What decoders put for bytes that are not UTF-8, an unfinished character among them. */
const REPLACEMENT_CHARACTER = '\ufffd';

/**
 * Decodes a completion while it grows. A character whose bytes are spread over several tokens is shown when it is whole, and
 * all that was given out, with `finish`, is exactly what decoding all tokens at once gives. The cost of a token does not depend
 * on how many came before: only a window of the last ones is decoded.
 */
export class Detokenizer {
  readonly #tokenizer: TokenDecoder;
  readonly #skipSpecialTokens: boolean;
  #window: number[] = [];
  /** How much of the window's text has been given out. */
  #shown = 0;

  constructor(tokenizer: TokenDecoder, { skipSpecialTokens = true }: { skipSpecialTokens?: boolean } = {}) {
    this.#tokenizer = tokenizer;
    this.#skipSpecialTokens = skipSpecialTokens;
  }

  /** The text that this token completes; often '' within a character of several tokens. */
  push(id: number): string {
    if (!this.#tokenizer.hasText(id, { skipSpecialTokens: this.#skipSpecialTokens })) return '';
    this.#window.push(id);
    const text = withoutUnfinished(this.#decodeWindow());
    const added = text.slice(this.#shown);
    this.#shown = text.length;
    if (this.#window.length >= MAX_WINDOW_TOKENS) this.#shorten();
    return added;
  }

  /** What was held back: U+FFFD where the tokens end within a character, else ''. Nothing may be pushed afterwards. */
  finish(): string {
    return this.#decodeWindow().slice(this.#shown);
  }

  /**
   * Keeps the last tokens only. UTF-8 synchronises itself, so the shorter window ends with the same unfinished bytes; its text
   * begins differently (a space or half a character is missing), and everything before the unfinished bytes has been shown.
   */
  #shorten(): void {
    this.#window = this.#window.slice(-CONTEXT_TOKENS);
    this.#shown = withoutUnfinished(this.#decodeWindow()).length;
  }

  #decodeWindow(): string {
    return this.#tokenizer.decode(this.#window, { skipSpecialTokens: false });
  }
}

/** Text without its last character where that may still become another one; a true U+FFFD is shown one token later. */
function withoutUnfinished(text: string): string {
  return text.endsWith(REPLACEMENT_CHARACTER) ? text.slice(0, -REPLACEMENT_CHARACTER.length) : text;
}
