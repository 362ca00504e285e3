/** Prompts whose keys and values are kept from one call for the next, so that groups which are begun in one and go on in the other are prefilled once. */
import type { PrefilledPrompt } from './kvCache.ts';

export class KeptPrompts {
  readonly #maxBytes: number;
  readonly #prompts = new Map<string, PrefilledPrompt>();
  #bytes = 0;

  /** @param maxBytes that they may take; those beyond are prefilled again */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Keeps prompts that were prefilled together, or none of them: their keys and values lie in the same arrays. */
  keep(prompts: readonly Int32Array[], prefilled: readonly PrefilledPrompt[]): void {
    const bytes = (prefilled[0]?.layers ?? []).reduce(
      (sum, { keys, values }) => sum + keys.byteLength + values.byteLength,
      0,
    );
    if (this.#bytes + bytes > this.#maxBytes) return;
    this.#bytes += bytes;
    for (const [index, prompt] of prompts.entries()) {
      const one = prefilled[index];
      if (one) this.#prompts.set(nameOf(prompt), one);
    }
  }

  /** null where it was not kept. */
  find(prompt: Int32Array): PrefilledPrompt | null {
    return this.#prompts.get(nameOf(prompt)) ?? null;
  }
}

function nameOf(prompt: Int32Array): string {
  return prompt.join(' ');
}
