/** Which rewards cannot be used, and why, where the others are to be scored nevertheless. */
import type { RewardResult } from '../protocol/completion.ts';
import { UserError } from '../protocol/errors.ts';
import { failed } from './score.ts';

export interface UnusableOptions {
  /** Whether the others are to be scored; otherwise the first that cannot be used is an error of all. */
  readonly partly: boolean;
  /** Ends the work; what it fails with is about no reward. */
  readonly signal: AbortSignal | undefined;
}

export class UnusableRewards {
  readonly #options: UnusableOptions;
  readonly #why = new Map<string, UserError>();

  constructor(options: UnusableOptions) {
    this.#options = options;
  }

  /**
   * Does something for rewards. What the user can mend is noted with each of them, and null is returned.
   * @throws UserError where nothing is to be scored without them
   */
  async attempt<Result>(names: readonly string[], work: () => Result | Promise<Result>): Promise<Result | null> {
    try {
      return await work();
    } catch (error) {
      const { partly, signal } = this.#options;
      if (!partly || signal?.aborted === true || !(error instanceof UserError)) throw error;
      for (const name of names) this.#why.set(name, error);
      return null;
    }
  }

  get none(): boolean {
    return this.#why.size === 0;
  }

  /** What it gives every completion; null for a reward that can be used. */
  resultOf(name: string): RewardResult | null {
    const error = this.#why.get(name);
    return error === undefined ? null : failed('threw', error.message);
  }

  /** @throws UserError why the first cannot be used, where none of `names` can */
  requireOne(names: readonly string[]): void {
    const errors = names.flatMap((name) => this.#why.get(name) ?? []);
    if (errors[0] !== undefined && errors.length === names.length) throw errors[0];
  }
}
