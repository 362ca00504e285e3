/** The completions still to be started, group by group; prompts are prefilled together shortly before they are needed. */
import type { CompletionKey } from '../protocol/completion.ts';
import type { GenerateRequest } from '../protocol/compute.ts';
import type { PrefilledPrompt } from './kvCache.ts';

/**
 * Prompt tokens in one prefill. Some hundreds keep the processor busy; more would only hold memory, for the keys and values of prompts
 * that are not needed yet (of GPT-2, 74 kB a token).
 */
const PREFILL_TOKENS = 1024;

/** A completion to start. */
export interface QueuedCompletion {
  readonly key: CompletionKey;
  readonly prompt: Int32Array;
  /** The prompt's keys and values, with the first completion of each group. */
  readonly prefilled: PrefilledPrompt | null;
  /** Whether it is the last one of its group. */
  readonly last: boolean;
  /** Its place in the order of the request. */
  readonly index: number;
}

type Prefill = (prompts: readonly Int32Array[]) => Promise<readonly PrefilledPrompt[]>;

interface QueuedGroup {
  readonly prompt: Int32Array;
  readonly keys: readonly CompletionKey[];
  /** Index of the first completion. */
  readonly index: number;
}

export class PromptQueue {
  /** Short prompts first: what is prefilled together has about the same length, and the cache grows as late as can be. */
  readonly #groups: readonly QueuedGroup[];
  readonly #prefill: Prefill;
  /** Prefilled prompts of which no completion has started, by group. */
  readonly #prefilled = new Map<QueuedGroup, PrefilledPrompt>();
  #group = 0;
  #sample = 0;

  /** @param known what there is of a prompt already; null where it is to be prefilled */
  constructor(
    groups: GenerateRequest['groups'],
    prefill: Prefill,
    known: (prompt: Int32Array) => PrefilledPrompt | null = () => null,
  ) {
    this.#prefill = prefill;
    let index = 0;
    const queued: QueuedGroup[] = [];
    for (const { prompt, keys } of groups) {
      if (keys.length > 0) queued.push({ prompt, keys, index });
      index += keys.length;
    }
    this.#groups = queued.sort((a, b) => a.prompt.length - b.prompt.length);
    for (const group of queued) {
      const prefilled = known(group.prompt);
      if (prefilled) this.#prefilled.set(group, prefilled);
    }
  }

  /** Whether the next completion is the first of its group. */
  get startsGroup(): boolean {
    return this.#sample === 0;
  }

  /** The next completion, null when all have been started. */
  async next(): Promise<QueuedCompletion | null> {
    const group = this.#groups[this.#group];
    const key = group?.keys[this.#sample];
    if (!group || !key) return null;
    const prefilled = this.startsGroup ? await this.#takePrefilled(group) : null;
    const index = group.index + this.#sample++;
    const last = this.#sample === group.keys.length;
    if (last) {
      this.#group++;
      this.#sample = 0;
    }
    return { key, prompt: group.prompt, prefilled, last, index };
  }

  async #takePrefilled(group: QueuedGroup): Promise<PrefilledPrompt> {
    const prefilled = this.#prefilled.get(group) ?? (await this.#prefillFrom(this.#group));
    this.#prefilled.delete(group);
    return prefilled;
  }

  /** Prefills this group and as many after it as fit into one run; returns this one's. */
  async #prefillFrom(start: number): Promise<PrefilledPrompt> {
    const fits = (group: QueuedGroup, position: number): boolean =>
      position === 0 || (position + 1) * group.prompt.length <= PREFILL_TOKENS;
    const upcoming = this.#groups.slice(start).filter((group) => !this.#prefilled.has(group));
    const end = upcoming.findIndex((group, position) => !fits(group, position));
    const batch = upcoming.slice(0, end < 0 ? undefined : end);
    const prompts = await this.#prefill(batch.map(({ prompt }) => prompt));
    for (const [position, group] of batch.entries()) {
      const prompt = prompts[position];
      if (prompt) this.#prefilled.set(group, prompt);
    }
    const [first] = prompts;
    if (!first) throw new Error('a prefill returns every prompt');
    return first;
  }
}
