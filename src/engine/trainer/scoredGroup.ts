import type { Problem } from '../data/problems.ts';
import type { ScoredCompletion } from '../protocol/completion.ts';

/** A problem with the completions sampled for it and their scores. */
export interface ScoredGroup {
  readonly problem: Problem;
  readonly scored: readonly ScoredCompletion[];
}
