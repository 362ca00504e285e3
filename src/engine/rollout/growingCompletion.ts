/** A completion while it is generated: collects tokens and knows when it ends. */
import { StopMatcher } from '../model/stopMatcher.ts';
import type { TokenDecoder } from '../model/tokenizer.ts';
import type { Completion, CompletionKey, StopReason } from '../protocol/completion.ts';

/** What ends a completion. */
export interface StopRules {
  readonly eosTokenIds: ReadonlySet<number>;
  readonly stopTokens: ReadonlySet<number>;
  /** Texts, not empty. */
  readonly stop: readonly string[];
}

export class GrowingCompletion {
  readonly key: CompletionKey;
  /** Most tokens it can have. */
  readonly limit: number;
  readonly #rules: StopRules;
  readonly #tokenizer: TokenDecoder;
  readonly #matcher: StopMatcher;
  readonly #tokens: number[] = [];
  readonly #logprobs: number[] = [];
  readonly #sampledLogprobs: number[] = [];

  constructor(key: CompletionKey, limit: number, rules: StopRules, tokenizer: TokenDecoder) {
    this.key = key;
    this.limit = limit;
    this.#rules = rules;
    this.#tokenizer = tokenizer;
    this.#matcher = new StopMatcher(tokenizer, rules.stop);
  }

  /** Tokens so far. */
  get length(): number {
    return this.#tokens.length;
  }

  /** Takes the next token; returns the completion when it ends with this one, else null. */
  push(token: number, logprob: number, sampledLogprob: number): Completion | null {
    this.#tokens.push(token);
    this.#logprobs.push(logprob);
    this.#sampledLogprobs.push(sampledLogprob);
    if (this.#rules.eosTokenIds.has(token)) return this.#end('eos', this.#decode(-1));
    if (this.#rules.stopTokens.has(token)) return this.#end('stop', this.#decode(-1));
    const cut = this.#matcher.push(token);
    if (cut !== null) return this.#end('stop', this.#decode().slice(0, cut));
    return this.length < this.limit ? null : this.#end('length', this.#decode());
  }

  /** The text of the tokens; `-1` leaves out the last, which ended the sequence and is none of its text. */
  #decode(end?: -1): string {
    return this.#tokenizer.decode(this.#tokens.slice(0, end));
  }

  #end(stopReason: StopReason, text: string): Completion {
    return {
      key: this.key,
      tokens: Int32Array.from(this.#tokens),
      logprobs: Float32Array.from(this.#logprobs),
      sampledLogprobs: Float32Array.from(this.#sampledLogprobs),
      text,
      stopReason,
    };
  }
}
