/** Several policies of one run on the same problems: each against the first. */
import { holm } from '../../evaluation/holm.ts';
import { pairedChange, type TestedChange } from '../../evaluation/pairedChange.ts';
import type { Verdict } from '../../protocol/comparison.ts';
import type { MeasuredSummary } from '../../protocol/events.ts';
import { brief, verdictOf, type Family } from './verdict.ts';

export interface MeasuredPolicy {
  readonly summary: MeasuredSummary;
  /** By problem, the share of its samples that is solved. */
  readonly shares: ReadonlyMap<number, number>;
  /** Where the code that says what is solved took over: only policies of the same can be held against each other. */
  readonly solvedSince: number;
}

export interface ComparedPolicy {
  readonly summary: MeasuredSummary;
  /** Of the first; null of itself, and where other code says what is solved. */
  readonly change: TestedChange | null;
  /** As it stands among all that are held against the first; null where there is no change. */
  readonly tested: { readonly verdict: Verdict; readonly pValueHolm: number; readonly comparisons: number } | null;
  /** What the change is called, corrected after Holm for as many as there are; empty for the first. */
  readonly words: string;
}

export function comparePolicies(policies: readonly MeasuredPolicy[]): ComparedPolicy[] {
  const [first] = policies;
  const changes = policies.map((policy) =>
    policy === first || first === undefined ? null : changeFrom(first, policy),
  );
  const found = changes.filter((change) => change !== null);
  const corrected = holm(found.map(({ pValue }) => pValue));
  return policies.map(({ summary }, index) => {
    const change = changes[index] ?? null;
    if (change === null)
      return { summary, change, tested: null, words: index === 0 ? '' : 'other code says what is solved' };
    const pValue = corrected[found.indexOf(change)] ?? 1;
    const family: { readonly family?: Family } =
      found.length > 1 ? { family: { comparisons: found.length, pValue } } : {};
    const measured = { difference: change, problems: summary.problems, ...family };
    const tested = { verdict: verdictOf(measured), pValueHolm: pValue, comparisons: found.length };
    return { summary, change, tested, words: brief(measured) };
  });
}

/** null where they were not measured alike. */
function changeFrom(before: MeasuredPolicy, after: MeasuredPolicy): TestedChange | null {
  if (before.solvedSince !== after.solvedSince) return null;
  const problems = [...after.shares.keys()].filter((problem) => before.shares.has(problem)).sort((a, b) => a - b);
  if (problems.length === 0) return null;
  const values = ({ shares }: MeasuredPolicy): number[] => problems.map((problem) => shares.get(problem) ?? 0);
  return pairedChange(values(before), values(after));
}
