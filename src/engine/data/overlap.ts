/** Problems that stand in two parts of the data: what is measured on them is memory, not skill. */
import type { ProblemRecord } from '../protocol/run.ts';
import { normalizedQuestion, type Question } from './question.ts';

export interface PartQuestions {
  readonly split: ProblemRecord['split'];
  readonly questions: readonly Question[];
}

/** One warning per pair of parts that share questions (equal but for case and spacing), the later part counted against the earlier. */
export function overlapWarnings(parts: readonly PartQuestions[]): string[] {
  const normalized = parts.map(({ split, questions }) => ({ split, texts: questions.map(normalizedQuestion) }));
  return normalized.flatMap((later, index) =>
    normalized.slice(0, index).flatMap((earlier) => {
      const known = new Set(earlier.texts);
      const shared = later.texts.filter((text) => known.has(text)).length;
      if (shared === 0) return [];
      return [
        `${shared} of ${later.texts.length} ${later.split} problems ask the same as a ${earlier.split} problem: on these, accuracy shows memory and not skill. Remove the duplicates from the dataset.`,
      ];
    }),
  );
}
