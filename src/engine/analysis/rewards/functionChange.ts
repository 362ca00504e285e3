/** What one reward function says otherwise in one of two versions. */
import { valueAt, type Verdicts } from './verdicts.ts';

/** What a function says of a completion: its value, null where it does not apply, or that it failed. */
export type Verdict = number | null | 'failed';

/** A completion on which two versions of a function disagree. */
export interface VerdictChange {
  /** Index in the columns. */
  readonly completion: number;
  readonly before: Verdict;
  readonly after: Verdict;
}

/** In the order of the completions; null for a function that is not in both versions. */
export function changesOfFunction(before: Verdicts, after: Verdicts, name: string): VerdictChange[] | null {
  const [old, now] = [verdictsOfFunction(before, name), verdictsOfFunction(after, name)];
  if (old === null || now === null) return null;
  return old.flatMap((was, completion): VerdictChange[] => {
    const is = now[completion] ?? null;
    return was === is ? [] : [{ completion, before: was, after: is }];
  });
}

function verdictsOfFunction({ values, errors }: Verdicts, name: string): Verdict[] | null {
  const column = values[name];
  if (column === undefined) return null;
  const failed = new Set(errors.filter(({ reward }) => reward === name).map(({ completion }) => completion));
  return Array.from(column, (_, index) => (failed.has(index) ? 'failed' : valueAt(column, index)));
}
