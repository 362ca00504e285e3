/** One call's decoding: which rows are active, and what a step does with them. */
import { completionPlace } from '../model/nonFinite.ts';
import type { Completion } from '../protocol/completion.ts';
import { NonFiniteError } from '../protocol/errors.ts';
import { uniform, type Purpose } from '../random/keyed.ts';
import type { DecodeCache } from './decodeCache.ts';
import type { DecodedTokens, Decoder } from './decoder.ts';
import type { GrowingCompletion } from './growingCompletion.ts';
import type { PromptQueue, QueuedCompletion } from './promptQueue.ts';
import type { SeenTokens } from './seenTokens.ts';

export interface DecodeBatchOptions {
  readonly queue: PromptQueue;
  readonly maxRows: number;
  readonly decoder: Decoder;
  /** Has memory reserved for the rows and their prompts. */
  readonly cache: DecodeCache;
  /** null where nothing is penalised. */
  readonly seen: SeenTokens | null;
  readonly seed: number;
  readonly purpose: Purpose;
  /** The limits of all completions together. */
  readonly mostTokens: number;
  begin(queued: QueuedCompletion): GrowingCompletion;
  /** Called with each completion at its end. @param index its place in the order of the request */
  end(index: number, completion: Completion): void;
}

interface ActiveRow {
  readonly completion: GrowingCompletion;
  /** Place of the completion in the order of the request. */
  readonly index: number;
  /** The token that the next step takes. */
  token: number;
}

export class DecodeBatch {
  readonly #options: DecodeBatchOptions;
  /** In the order of the cache's rows. */
  readonly #rows: ActiveRow[] = [];
  #tokens = 0;
  #mostTokens: number;

  constructor(options: DecodeBatchOptions) {
    this.#options = options;
    this.#mostTokens = options.mostTokens;
  }

  /** Tokens generated so far. */
  get tokens(): number {
    return this.#tokens;
  }

  /** What the tokens can come to in the end; less whenever a completion ends before its limit. */
  get mostTokens(): number {
    return this.#mostTokens;
  }

  /** Starts completions where rows are free and generates tokens for each; false when there is nothing left to do. */
  async step(): Promise<boolean> {
    await this.#refill();
    if (this.#rows.length === 0) return false;
    const decoded = await this.#options.decoder.decode({
      tokens: this.#rows.map(({ token }) => token),
      most: Math.max(...this.#rows.map(({ completion: { limit, length } }) => limit - length)),
      uniforms: (steps) => this.#uniforms(steps),
    });
    const ended = this.#rows.map((_, row) => this.#take(row, decoded));
    this.#options.cache.append(
      decoded.keyValues,
      Int32Array.from(ended, (completion) => (completion ? 0 : decoded.steps)),
    );
    // Backwards, so that a row which takes the place of one that ended has been dealt with.
    for (let row = ended.length - 1; row >= 0; row--) {
      const completion = ended[row];
      if (completion) this.#end(row, completion);
    }
    return true;
  }

  async #refill(): Promise<void> {
    const { queue, maxRows, cache, seen } = this.#options;
    while (this.#rows.length < maxRows && (cache.hasRoomForPrompt || !queue.startsGroup)) {
      const queued = await queue.next();
      if (!queued) return;
      const { prompt, prefilled, last, index } = queued;
      if (prefilled) cache.openPrompt(prefilled);
      cache.addRow();
      if (last) cache.closePrompt();
      seen?.add(prompt);
      this.#rows.push({ completion: this.#options.begin(queued), index, token: prompt.at(-1) ?? 0 });
    }
  }

  /** `[steps, rows]`. A draw depends on its completion's key and place in it, and on nothing else. */
  #uniforms(steps: number): Float32Array {
    const { seed, purpose } = this.#options;
    const numbers = Array.from({ length: steps }, (_, step) =>
      this.#rows.map(({ completion: { key, length } }) => uniform(seed, purpose, key, length + step)),
    );
    return Float32Array.from(numbers.flat());
  }

  /** Gives a row its tokens up to its end; its completion where that is among them. */
  #take(row: number, { drawn, steps }: DecodedTokens): Completion | null {
    const active = this.#rows[row];
    if (!active) throw new RangeError(`there is no row ${row}`);
    for (let step = 0; step < steps; step++) {
      const place = step * this.#rows.length + row;
      const [token = 0, logprob = NaN] = [drawn.tokens[place], drawn.logprobs[place]];
      const [sampledLogprob = NaN, entropy = NaN] = [drawn.sampledLogprobs[place], drawn.entropies[place]];
      if (!Number.isFinite(logprob) || !Number.isFinite(sampledLogprob)) throw this.#nonFinite(active.completion);
      this.#tokens++;
      active.token = token;
      this.#options.seen?.mark(row, token);
      const completion = active.completion.push({ token, logprob, sampledLogprob, entropy });
      if (completion) return completion;
    }
    return null;
  }

  /** Ends a row: the last one takes its place. */
  #end(row: number, completion: Completion): void {
    const active = this.#rows[row];
    if (!active) throw new RangeError(`there is no row ${row}`);
    this.#options.end(active.index, completion);
    this.#mostTokens -= active.completion.limit - active.completion.length;
    this.#options.cache.removeRow(row);
    this.#options.seen?.remove(row);
    const last = this.#rows.pop();
    if (last && last !== active) this.#rows[row] = last;
  }

  #nonFinite({ key, length }: GrowingCompletion): NonFiniteError {
    return new NonFiniteError(`The model's probabilities are no numbers (${completionPlace(key)}, token ${length}).`, {
      place: this.#options.purpose === 'sample' ? 'rollout' : 'evaluation',
      step: key.step,
    });
  }
}
