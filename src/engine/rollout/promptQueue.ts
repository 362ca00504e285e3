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
  readonly prefilled: PrefilledPrompt;
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
  /** Prefilled prompts whose last completion has not started, by group. */
  readonly #prefilled = new Map<QueuedGroup, PrefilledPrompt>();
  #group = 0;
  #sample = 0;

  constructor(groups: GenerateRequest['groups'], prefill: Prefill) {
    this.#prefill = prefill;
    let index = 0;
    const queued: QueuedGroup[] = [];
    for (const { prompt, keys } of groups) {
      if (keys.length > 0) queued.push({ prompt, keys, index });
      index += keys.length;
    }
    this.#groups = queued.sort((a, b) => a.prompt.length - b.prompt.length);
  }

  /** The next completion, null when all have been started. */
  async next(): Promise<QueuedCompletion | null> {
    const group = this.#groups[this.#group];
    const key = group?.keys[this.#sample];
    if (!group || !key) return null;
    const prefilled = this.#prefilled.get(group) ?? (await this.#prefillFrom(this.#group));
    const index = group.index + this.#sample++;
    if (this.#sample === group.keys.length) {
      this.#prefilled.delete(group);
      this.#group++;
      this.#sample = 0;
    }
    return { key, prompt: group.prompt, prefilled, index };
  }

  /** Prefills this group and as many after it as fit into one run; returns this one's. */
  async #prefillFrom(start: number): Promise<PrefilledPrompt> {
    const fits = (group: QueuedGroup, position: number): boolean =>
      position === 0 || (position + 1) * group.prompt.length <= PREFILL_TOKENS;
    const upcoming = this.#groups.slice(start);
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
