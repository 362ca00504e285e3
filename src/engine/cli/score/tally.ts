/** Scores added up: what a function said before, what it says now, and how often the two differ. */
import { isDeepStrictEqual } from 'node:util';
import type { RewardResult } from '../../protocol/completion.ts';

/** Of one function, or of the weighted sum. */
export interface ScoreSummary {
  /** Completions that have a value. */
  readonly scored: number;
  /** Mean of the values; null where there are none. */
  readonly mean: number | null;
  /** Values that are 1. */
  readonly passed: number;
  readonly errors: number;
  readonly notApplicable: number;
}

export interface ScoreDifference {
  /** null where the run has no score of this function. */
  readonly before: ScoreSummary | null;
  readonly now: ScoreSummary;
  /** Completions whose score, or whose being an error, is another now. */
  readonly changed: number;
  /** What went wrong now, the most frequent first. */
  readonly failures: readonly { readonly message: string; readonly count: number }[];
}

export class ScoreTally {
  readonly #before = new Sum();
  readonly #now = new Sum();
  readonly #failures = new Map<string, number>();
  #changed = 0;

  /** @param before undefined where the run has none */
  add(before: RewardResult | undefined, now: RewardResult): void {
    if (before !== undefined) {
      this.#before.add(before);
      if (!isSame(before, now)) this.#changed++;
    }
    this.#now.add(now);
    if ('error' in now) this.#failures.set(now.error.message, (this.#failures.get(now.error.message) ?? 0) + 1);
  }

  difference(): ScoreDifference {
    const failures = [...this.#failures].map(([message, count]) => ({ message, count }));
    return {
      before: this.#before.isEmpty ? null : this.#before.summary(),
      now: this.#now.summary(),
      changed: this.#changed,
      failures: failures.toSorted((a, b) => b.count - a.count),
    };
  }
}

/** Two errors are the same whatever they say: a message names lines, which move. */
function isSame(before: RewardResult, now: RewardResult): boolean {
  if ('error' in before || 'error' in now) return 'error' in before && 'error' in now;
  return isDeepStrictEqual(before.value, now.value);
}

class Sum {
  #sum = 0;
  #scored = 0;
  #passed = 0;
  #errors = 0;
  #notApplicable = 0;

  get isEmpty(): boolean {
    return this.#scored + this.#errors + this.#notApplicable === 0;
  }

  add(result: RewardResult): void {
    if ('error' in result) this.#errors++;
    else if (result.value === null) this.#notApplicable++;
    else {
      this.#scored++;
      this.#sum += result.value;
      if (result.value === 1) this.#passed++;
    }
  }

  summary(): ScoreSummary {
    return {
      scored: this.#scored,
      mean: this.#scored === 0 ? null : this.#sum / this.#scored,
      passed: this.#passed,
      errors: this.#errors,
      notApplicable: this.#notApplicable,
    };
  }
}
