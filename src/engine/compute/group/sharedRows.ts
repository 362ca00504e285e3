/** The rows of a request, divided into shares, and what is said of them put together again. */
import { inRowOrder } from '../../grpo/batching.ts';
import type { SequenceRow } from '../../grpo/sharedPrompts.ts';
import { rowShares } from './shares.ts';

/** @typeParam Result what is said of a row */
export class SharedRows<Row extends SequenceRow, Result> {
  readonly #rows: readonly Row[];
  readonly #shares: readonly (readonly number[])[];
  readonly #results: (readonly Result[])[] = [];

  /** @param count of shares, at most */
  constructor(rows: readonly Row[], count: number) {
    this.#rows = rows;
    this.#shares = rowShares(rows, count);
  }

  /** The rows of each share. */
  get shares(): Row[][] {
    return this.#shares.map((share) => share.flatMap((index) => this.#rows[index] ?? []));
  }

  /** What was said of the next share. */
  add(results: readonly Result[]): void {
    this.#results.push(results);
  }

  /** What was said of each row, in their order. */
  get results(): Result[] {
    return inRowOrder([...this.#rows.keys()], this.#shares, this.#results);
  }
}
