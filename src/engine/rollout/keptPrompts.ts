/** Prompts whose keys and values are kept from one call for the next, so that groups which are begun in one and go on in the other are prefilled once. */
import { DeviceTensor } from '../onnx/deviceTensor.ts';
import type { AnyTensor } from '../onnx/session.ts';
import type { PrefilledPrompt } from './kvCache.ts';

export class KeptPrompts {
  readonly #maxBytes: number;
  readonly #prompts = new Map<string, PrefilledPrompt>();
  readonly #owned: PrefilledPrompt[] = [];
  #bytes = 0;

  /** @param maxBytes that they may take; those beyond are prefilled again */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /**
   * Keeps prompts that were prefilled together, or none of them: their keys and values lie in the same memory.
   *
   * @returns them for another reader, whose `release` does nothing where they are kept
   */
  keep(prompts: readonly Int32Array[], prefilled: readonly PrefilledPrompt[]): readonly PrefilledPrompt[] {
    const bytes = (prefilled[0]?.layers ?? []).reduce(
      (sum, { keys, values }) => sum + bytesOf(keys) + bytesOf(values),
      0,
    );
    if (this.#bytes + bytes > this.#maxBytes) return prefilled;
    this.#bytes += bytes;
    this.#owned.push(...prefilled);
    const lent = prefilled.map((prompt) => ({ ...prompt, release: () => undefined }));
    for (const [index, prompt] of prompts.entries()) {
      const one = lent[index];
      if (one) this.#prompts.set(nameOf(prompt), one);
    }
    return lent;
  }

  /** For another reader; null where it was not kept. */
  find(prompt: Int32Array): PrefilledPrompt | null {
    return this.#prompts.get(nameOf(prompt)) ?? null;
  }

  /** Forgets them all. */
  release(): void {
    this.#prompts.clear();
    for (const { release } of this.#owned.splice(0)) release();
  }
}

function bytesOf(tensor: AnyTensor): number {
  return tensor instanceof DeviceTensor ? tensor.byteLength : tensor.data.byteLength;
}

function nameOf(prompt: Int32Array): string {
  return prompt.join(' ');
}
