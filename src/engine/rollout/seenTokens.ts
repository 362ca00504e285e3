/** Which tokens each row has had, in prompt or completion: what the repetition penalty applies to. */
import type { Tensor } from '../onnx/session.ts';

export class SeenTokens {
  readonly #vocabularySize: number;
  /** `[rows, vocabulary]`, 0 or 1. */
  readonly #flags: Uint8Array;
  #rows = 0;

  constructor(rows: number, vocabularySize: number) {
    this.#vocabularySize = vocabularySize;
    this.#flags = new Uint8Array(rows * vocabularySize);
  }

  /** Adds a row that has had these tokens. */
  add(tokens: Int32Array): void {
    const row = this.#rows++;
    this.#flags.fill(0, row * this.#vocabularySize, (row + 1) * this.#vocabularySize);
    for (const token of tokens) this.mark(row, token);
  }

  mark(row: number, token: number): void {
    this.#flags[row * this.#vocabularySize + token] = 1;
  }

  /** Ends a row: the last one takes its place. */
  remove(row: number): void {
    const last = --this.#rows;
    this.#flags.copyWithin(row * this.#vocabularySize, last * this.#vocabularySize, (last + 1) * this.#vocabularySize);
  }

  /** bool `[rows, vocabulary]`, read where it lies. */
  tensor(): Tensor {
    const dims = [this.#rows, this.#vocabularySize];
    return { data: this.#flags.subarray(0, this.#rows * this.#vocabularySize), dims };
  }
}
