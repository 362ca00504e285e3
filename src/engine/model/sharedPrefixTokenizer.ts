/** Encodes texts that begin alike, as the prompts of a conversation with worked examples do: what they share is encoded once. */
import type { Tokenizer } from './tokenizer.ts';

/** The beginning of a text, up to and with a separator. */
interface Prefix {
  readonly text: string;
  /** It, and as much of what follows as decides that the separator is one and no piece of a longer one. */
  readonly guard: string;
  /** The separator that it ends with. */
  readonly separator: string;
  readonly tokens: Int32Array;
}

/** Of a shorter beginning there is nothing to gain. */
const LEAST_SHARED = 200;

export class SharedPrefixTokenizer {
  readonly #tokenizer: Pick<Tokenizer, 'encode' | 'separators'>;
  readonly #longest: number;
  /** The text of before, to find out what it shares with the next. */
  #last = '';
  #prefix: Prefix | null = null;

  constructor(tokenizer: Pick<Tokenizer, 'encode' | 'separators'>) {
    this.#tokenizer = tokenizer;
    this.#longest = Math.max(0, ...tokenizer.separators.map(({ length }) => length));
  }

  /** The same ids as `Tokenizer.encode` gives. A text to which special tokens are added is encoded whole. */
  encode(text: string, { addSpecialTokens }: { readonly addSpecialTokens: boolean }): Int32Array {
    if (addSpecialTokens) return this.#tokenizer.encode(text);
    if (this.#prefix === null || !text.startsWith(this.#prefix.guard)) this.#prefix = this.#shared(text);
    this.#last = text;
    if (this.#prefix === null) return this.#whole(text);
    const { text: start, separator, tokens } = this.#prefix;
    // The separator stands before the rest too, so that the rest is not taken for the beginning of a text; its token is there already.
    const rest = this.#whole(separator + text.slice(start.length)).subarray(1);
    const all = new Int32Array(tokens.length + rest.length);
    all.set(tokens);
    all.set(rest, tokens.length);
    return all;
  }

  #whole(text: string): Int32Array {
    return this.#tokenizer.encode(text, { addSpecialTokens: false });
  }

  /** What a text shares with the one before, up to its last separator; null where that is little. */
  #shared(text: string): Prefix | null {
    const common = commonLength(text, this.#last);
    let found: Omit<Prefix, 'tokens'> | null = null;
    for (const separator of this.#tokenizer.separators) {
      const ahead = this.#longest - separator.length;
      const at = text.slice(0, Math.max(0, common - ahead)).lastIndexOf(separator);
      const length = at + separator.length;
      if (at !== -1 && length > (found?.text.length ?? LEAST_SHARED))
        found = { text: text.slice(0, length), guard: text.slice(0, length + ahead), separator };
    }
    if (found === null) return null;
    const tokens = this.#whole(found.text);
    const own = this.#whole(found.separator);
    // Where another one laps over it, it is no token.
    return own.length === 1 && own[0] === tokens.at(-1) ? { ...found, tokens } : null;
  }
}

/** Characters that two texts have in common at their beginning. */
function commonLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a.charCodeAt(length) === b.charCodeAt(length)) length++;
  return length;
}
