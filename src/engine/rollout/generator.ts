/**
 * Batched generation. A number of rows is decoded at once, one token each per step; a row whose completion ends makes room for the next
 * one, so that the batch stays full while there is work. What a completion becomes depends on its key, its prompt and the weights, and on
 * the batch that it stood in by float rounding at most, of which weights in few bits make more.
 */
import type { Feeds } from '../onnx/session.ts';
import { loopsOnDevice } from '../onnx/providers.ts';
import { TokenEnds } from '../model/tokenEnds.ts';
import type { TokenDecoder } from '../model/tokenizer.ts';
import type { Completion } from '../protocol/completion.ts';
import type { GeneratedGroup, GenerateRequest } from '../protocol/compute.ts';
import { decodeRoom } from '../protocol/decodeRoom.ts';
import { UserError } from '../protocol/errors.ts';
import type { Purpose } from '../random/keyed.ts';
import { MAX_CACHE_BYTES, MAX_KEPT_BYTES } from './cacheLimits.ts';
import { ChunkDecoder } from './chunkDecoder.ts';
import { DecodeBatch } from './decodeBatch.ts';
import { DecodeCache, type DecodeReservation } from './decodeCache.ts';
import type { Decoder } from './decoder.ts';
import { DeviceKvCache } from './deviceKvCache.ts';
import { GatheredGroups } from './gatheredGroups.ts';
import type { TracedPolicy } from './graphs.ts';
import { GrowingCompletion, type StopRules } from './growingCompletion.ts';
import { KeptPrompts } from './keptPrompts.ts';
import { KvCache, rowBytes, type PrefilledPrompt } from './kvCache.ts';
import { dispose } from './outputs.ts';
import { prefill } from './prefill.ts';
import { PromptQueue } from './promptQueue.ts';
import { Sampler } from './sampler.ts';
import { planSampling, type SamplingPlan } from './sampling.ts';
import { SeenTokens } from './seenTokens.ts';
import { RolloutSessions, type RolloutSessionOptions } from './sessions.ts';
import { StepDecoder, type DecoderOptions } from './stepDecoder.ts';

const PURPOSES: Readonly<Record<GenerateRequest['purpose'], Purpose>> = { rollout: 'sample', evaluation: 'evaluation' };

export interface GeneratorOptions extends TracedPolicy, RolloutSessionOptions {
  /** The trainable tensors by input name, asked for at every call. */
  feeds(): Feeds;
  readonly tokenizer: TokenDecoder;
  readonly eosTokenIds: readonly number[];
  /** Of the run; keys every draw. */
  readonly seed: number;
  /** Whether a run decodes several tokens of each row, in place of what is best for the provider. */
  readonly inChunks?: boolean;
}

export interface GenerationListener {
  /** Called after every step, with the tokens generated so far and the most that there can be in the end. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Called with each group as soon as the last of its completions is whole. */
  readonly onGroup?: (generated: GeneratedGroup) => void;
}

type Groups = GenerateRequest['groups'];

export class Generator {
  readonly #options: GeneratorOptions;
  readonly #sessions: RolloutSessions;
  readonly #cache: DecodeCache;
  readonly #tokenEnds: TokenEnds;
  /** Of the call before, where more was to come of its prompts. */
  #kept: KeptPrompts | null = null;

  constructor(options: GeneratorOptions) {
    this.#options = options;
    const sessions = new RolloutSessions(options, options);
    this.#sessions = sessions;
    this.#cache = new DecodeCache(options.architecture, MAX_CACHE_BYTES, (shape) =>
      sessions.onDevice ? new DeviceKvCache(shape, sessions) : new KvCache(shape),
    );
    this.#tokenEnds = new TokenEnds(options.tokenizer);
  }

  /**
   * Generates all completions of a request. One call at a time; the same call gives the same bytes.
   *
   * @returns the completions in the order of the groups' keys
   * @throws UserError for a prompt that is empty, leaves no room in the model's context or has a token that the model does not have, and
   *   where the model's probabilities are no numbers
   */
  async generate(request: GenerateRequest, listener: GenerationListener = {}): Promise<readonly Completion[]> {
    this.#checkPrompts(request.groups);
    const known = this.#kept;
    this.#kept = request.keepPrompts ? new KeptPrompts(MAX_KEPT_BYTES) : null;
    try {
      const gathered = new GatheredGroups(request.groups, listener.onGroup);
      const weights = await this.#sessions.upload(this.#options.feeds());
      const batch = await this.#openBatch(request, gathered, known, weights);
      while (await batch.step()) listener.onProgress?.(batch.tokens, batch.mostTokens);
      known?.release();
      dispose(Object.values(weights));
      return gathered.completions;
    } catch (error) {
      // Whatever is left must not reach another call; what of it lies on the device goes with the sessions.
      await this.release();
      throw error;
    }
  }

  /** To be called before the weights change. */
  forgetPrompts(): void {
    this.#kept?.release();
    this.#kept = null;
  }

  /** Frees sessions and memory. */
  async release(): Promise<void> {
    this.forgetPrompts();
    this.#cache.release();
    await this.#sessions.release();
  }

  /** @param known what the call before has kept of the prompts */
  async #openBatch(
    request: GenerateRequest,
    gathered: GatheredGroups,
    known: KeptPrompts | null,
    weights: Feeds,
  ): Promise<DecodeBatch> {
    const { architecture, tokenizer, eosTokenIds, seed } = this.#options;
    const { groups, sampling, stop } = request;
    const plan = planSampling(sampling, architecture.vocabularySize);
    const limitOf = (prompt: Int32Array): number =>
      Math.min(request.maxCompletionLength, architecture.contextLength - prompt.length);
    const reservation = this.#reservation(request, limitOf);
    this.#cache.reserve(reservation);
    const { layers, vocabularySize } = architecture;
    const sampler = new Sampler(() => this.#sessions.sampling(plan), plan, sampling, vocabularySize, weights);
    const seen = plan.penalty ? new SeenTokens(reservation.rows, vocabularySize) : null;
    const rules: StopRules = { eosTokenIds: new Set(eosTokenIds), stopTokens: new Set(request.stopTokens), stop };
    return new DecodeBatch({
      queue: this.#queue(groups, weights, known),
      maxRows: reservation.rows,
      decoder: await this.#decoder(plan, { layers, sampler, cache: this.#cache, seen, weights }),
      cache: this.#cache,
      seen,
      seed,
      purpose: PURPOSES[request.purpose],
      mostTokens: groups.reduce((sum, { prompt, keys }) => sum + keys.length * limitOf(prompt), 0),
      end: (index, completion) => gathered.add(index, completion),
      begin: ({ key, prompt }) => new GrowingCompletion(key, limitOf(prompt), rules, tokenizer, this.#tokenEnds),
    });
  }

  async #decoder(plan: SamplingPlan, options: Omit<DecoderOptions, 'session'>): Promise<Decoder> {
    return (this.#options.inChunks ?? loopsOnDevice(this.#options.providers))
      ? new ChunkDecoder({ ...options, session: await this.#sessions.chunk(plan) })
      : new StepDecoder({ ...options, session: await this.#sessions.decode() });
  }

  #queue(groups: Groups, weights: Feeds, known: KeptPrompts | null): PromptQueue {
    const prefillNow = async (prompts: readonly Int32Array[]): Promise<readonly PrefilledPrompt[]> => {
      const { layers } = this.#options.architecture;
      const prefilled = await prefill(await this.#sessions.prefill(), prompts, layers, weights);
      return this.#kept?.keep(prompts, prefilled) ?? prefilled;
    };
    return new PromptQueue(groups, prefillNow, (prompt) => known?.find(prompt) ?? null);
  }

  #reservation({ groups, maxRows }: GenerateRequest, limitOf: (prompt: Int32Array) => number): DecodeReservation {
    const { architecture } = this.#options;
    const begun = groups.filter(({ keys }) => keys.length > 0);
    // The last token of a prompt is a row's own, and the last of a completion is never cached.
    const longestPrompt = begun.reduce((length, { prompt }) => Math.max(length, prompt.length - 1), 0);
    const longestCompletion = begun.reduce((length, { prompt }) => Math.max(length, limitOf(prompt)), 0);
    const room = decodeRoom({
      groups: begun.length,
      completions: begun.reduce((sum, { keys }) => sum + keys.length, 0),
      maxRows,
      promptBytes: rowBytes(architecture, longestPrompt),
      completionBytes: rowBytes(architecture, longestCompletion),
      maxBytes: MAX_CACHE_BYTES,
    });
    return { ...room, longestPrompt, longestCompletion };
  }

  #checkPrompts(groups: Groups): void {
    const { contextLength, vocabularySize } = this.#options.architecture;
    for (const { prompt, keys } of groups) {
      const where = `The prompt of row ${keys[0]?.problem ?? '?'} (from 0) of the dataset`;
      if (prompt.length === 0) throw new UserError(`${where} is empty. Give it a text in dataset.prompt.`);
      if (prompt.length >= contextLength)
        throw new UserError(
          `${where} has ${prompt.length} tokens, and the model's context of ${contextLength} leaves no room for a completion. ` +
            'Shorten it, or leave such rows out by dataset.filter.maxPromptTokens.',
        );
      const unknown = prompt.find((token) => token < 0 || token >= vocabularySize);
      if (unknown !== undefined)
        throw new UserError(
          `${where} has the token ${unknown}, but the model has ${vocabularySize}: tokenizer.json belongs to another model.`,
        );
    }
  }
}
