/** Which rows of a batch share a prompt, which is then computed once for all of them. */
import type { TrainingRow } from '../protocol/compute.ts';

/** A completion to score or to train on. */
export type SequenceRow = Pick<TrainingRow, 'key' | 'prompt' | 'tokens'>;

export interface SharedPrompt {
  readonly prompt: Int32Array;
  /** Indices of the rows, in their order; at least one. */
  readonly rows: readonly number[];
}

/**
 * Prompts in the order of their first rows. Rows share one where they are of one problem in one step and it has the same tokens; other
 * problems with the same tokens have prompts of their own, because dropout draws by problem.
 */
export function sharedPrompts(rows: readonly SequenceRow[]): SharedPrompt[] {
  const found = new Map<string, { readonly prompt: Int32Array; readonly rows: number[] }>();
  for (const [index, { key, prompt }] of rows.entries()) {
    const name = `${key.step}/${key.problem}/${prompt.join()}`;
    const shared = found.get(name) ?? { prompt, rows: [] };
    shared.rows.push(index);
    found.set(name, shared);
  }
  return [...found.values()];
}
