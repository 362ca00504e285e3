/** A completion while it is generated: collects tokens and knows when it ends. */
import { StopMatcher } from '../model/stopMatcher.ts';
import type { TokenEnds } from '../model/tokenEnds.ts';
import type { TokenDecoder } from '../model/tokenizer.ts';
import type { Completion, CompletionKey, StopReason } from '../protocol/completion.ts';

/** What ends a completion. */
export interface StopRules {
  readonly eosTokenIds: ReadonlySet<number>;
  readonly stopTokens: ReadonlySet<number>;
  /** Texts, not empty. */
  readonly stop: readonly string[];
}

/** A token as it was drawn; the numbers are those of `Completion`. */
export interface DrawnToken {
  readonly token: number;
  readonly logprob: number;
  readonly sampledLogprob: number;
  readonly entropy: number;
}

export class GrowingCompletion {
  readonly key: CompletionKey;
  /** Most tokens it can have. */
  readonly limit: number;
  readonly #rules: StopRules;
  readonly #tokenizer: TokenDecoder;
  readonly #ends: TokenEnds;
  readonly #matcher: StopMatcher;
  readonly #tokens: number[] = [];
  readonly #logprobs: number[] = [];
  readonly #sampledLogprobs: number[] = [];
  readonly #entropies: number[] = [];

  /** @param ends of the same tokenizer */
  constructor(key: CompletionKey, limit: number, rules: StopRules, tokenizer: TokenDecoder, ends: TokenEnds) {
    this.key = key;
    this.limit = limit;
    this.#rules = rules;
    this.#tokenizer = tokenizer;
    this.#ends = ends;
    this.#matcher = new StopMatcher(tokenizer, rules.stop);
  }

  /** Tokens so far. */
  get length(): number {
    return this.#tokens.length;
  }

  /** Takes the next token; returns the completion when it ends with this one, else null. */
  push({ token, logprob, sampledLogprob, entropy }: DrawnToken): Completion | null {
    this.#tokens.push(token);
    this.#logprobs.push(logprob);
    this.#sampledLogprobs.push(sampledLogprob);
    this.#entropies.push(entropy);
    // What ended the sequence is none of its text.
    if (this.#rules.eosTokenIds.has(token)) return this.#end('eos', this.#tokens.slice(0, -1));
    if (this.#rules.stopTokens.has(token)) return this.#end('stop', this.#tokens.slice(0, -1));
    const cut = this.#matcher.push(token);
    if (cut !== null) return this.#end('stop', this.#tokens, cut);
    return this.length < this.limit ? null : this.#end('length', this.#tokens);
  }

  /**
   * @param textTokens the tokens that the text is decoded from: the first of all
   * @param cut where the text ends
   */
  #end(stopReason: StopReason, textTokens: readonly number[], cut = Infinity): Completion {
    const whole = this.#tokenizer.decode(textTokens);
    const ends = this.#ends.of(textTokens, whole);
    const text = whole.slice(0, cut);
    return {
      key: this.key,
      tokens: Int32Array.from(this.#tokens),
      logprobs: Float32Array.from(this.#logprobs),
      sampledLogprobs: Float32Array.from(this.#sampledLogprobs),
      entropies: Float32Array.from(this.#entropies),
      tokenEnds: Int32Array.from(this.#tokens, (_, index) => Math.min(ends[index] ?? text.length, text.length)),
      text,
      stopReason,
    };
  }
}
