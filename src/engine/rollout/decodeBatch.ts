/** One call's decoding: which rows are active, and what a step does with them. */
import type { AnyTensor, Feeds, Session } from '../onnx/session.ts';
import { completionPlace } from '../model/nonFinite.ts';
import type { Completion } from '../protocol/completion.ts';
import { NonFiniteError } from '../protocol/errors.ts';
import { uniform, type Purpose } from '../random/keyed.ts';
import type { DecodeCache } from './decodeCache.ts';
import { NAMES } from './graphs.ts';
import type { GrowingCompletion } from './growingCompletion.ts';
import { dispose, keyValueOutputs, requireOutput } from './outputs.ts';
import type { PromptQueue, QueuedCompletion } from './promptQueue.ts';
import type { DrawnTokens, Sampler } from './sampler.ts';
import type { SeenTokens } from './seenTokens.ts';
import { integerTensor } from './tensors.ts';

export interface DecodeBatchOptions {
  readonly queue: PromptQueue;
  readonly maxRows: number;
  readonly layers: number;
  readonly decode: Session<AnyTensor>;
  readonly sampler: Sampler;
  /** Has memory reserved for the rows and their prompts. */
  readonly cache: DecodeCache;
  /** null where nothing is penalised. */
  readonly seen: SeenTokens | null;
  /** The trainable tensors. */
  readonly weights: Feeds;
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

  /** Starts completions where rows are free and generates one token for each; false when there is nothing left to do. */
  async step(): Promise<boolean> {
    const { cache, decode, sampler, seen, layers } = this.#options;
    await this.#refill();
    if (this.#rows.length === 0) return false;
    await cache.fit();
    const outputs = await decode.run(this.#feeds());
    cache.append(keyValueOutputs(outputs, layers));
    const hidden = requireOutput(outputs, NAMES.hidden);
    const drawn = await sampler.draw(hidden, this.#uniforms(), seen?.tensor() ?? null);
    dispose([hidden]);
    this.#record(drawn);
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

  #feeds(): Record<string, AnyTensor> {
    const { weights, cache } = this.#options;
    return { ...weights, ...cache.feeds(), [NAMES.tokens]: integerTensor(this.#rows.map(({ token }) => token)) };
  }

  /** A draw depends on its completion's key and place in it, and on nothing else. */
  #uniforms(): Float32Array {
    const { seed, purpose } = this.#options;
    return Float32Array.from(this.#rows, ({ completion }) => uniform(seed, purpose, completion.key, completion.length));
  }

  /** Backwards, so that a row which takes the place of one that ended has been dealt with. */
  #record({ tokens, logprobs, sampledLogprobs, entropies }: DrawnTokens): void {
    const { cache, seen } = this.#options;
    for (let row = this.#rows.length - 1; row >= 0; row--) {
      const active = this.#rows[row];
      const [token = 0, logprob = NaN, sampledLogprob = NaN] = [tokens[row], logprobs[row], sampledLogprobs[row]];
      if (!active) continue;
      if (!Number.isFinite(logprob) || !Number.isFinite(sampledLogprob)) throw this.#nonFinite(active.completion);
      this.#tokens++;
      active.token = token;
      seen?.mark(row, token);
      const completion = active.completion.push({ token, logprob, sampledLogprob, entropy: entropies[row] ?? NaN });
      if (!completion) continue;
      this.#options.end(active.index, completion);
      this.#mostTokens -= active.completion.limit - active.completion.length;
      cache.removeRow(row);
      seen?.remove(row);
      const last = this.#rows.pop();
      if (last && last !== active) this.#rows[row] = last;
    }
  }
  #nonFinite({ key, length }: GrowingCompletion): NonFiniteError {
    return new NonFiniteError(`The model's probabilities are no numbers (${completionPlace(key)}, token ${length}).`, {
      place: this.#options.purpose === 'sample' ? 'rollout' : 'evaluation',
      step: key.step,
    });
  }
}
