/** What the terminal of a task reads of its run. */
import type { EvaluationSummary } from '../../engine/protocol/events.ts';
import type { Readers } from './readers.ts';

export const taskMethods = {
  /** Every evaluation so far, oldest first. */
  evaluations: (readers: Readers, { dir }: { readonly dir: string }): EvaluationSummary[] =>
    readers.get(dir).evaluations(),
};
