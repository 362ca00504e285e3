/** The published rule that a reward function is closest to. */
import type { ExtractionRuleName } from '../../../library/extraction.ts';
import type { RuleVerdicts } from './ruleVerdicts.ts';

export interface Disagreement {
  readonly rule: ExtractionRuleName;
  /** Completions on which the two differ. */
  readonly count: number;
  /** Index of the first. */
  readonly first: number;
}

/**
 * Of the completions that either calls right, both do so for this share at least; else the function judges something else. What both
 * call wrong says nothing: early in a run that is nearly all.
 */
const KINDRED = 0.5;

/**
 * The rule that a function is closest to, where it is not the same on all completions; null where it is the same as one of them, and
 * where it judges something else or gives other scores than 0 and 1.
 * @param values NaN where there is no score, which agrees with everything
 */
export function closestRule(values: Float64Array, rules: RuleVerdicts): Disagreement | null {
  const given = values.filter((value) => !Number.isNaN(value));
  if (given.length === 0 || given.some((value) => value !== 0 && value !== 1)) return null;
  const candidates = Array.from(rules, ([rule, verdicts]): Disagreement => {
    const scored = Array.from(values.keys()).filter((index) => !Number.isNaN(values[index]));
    const differing = scored.filter((index) => values[index] !== verdicts[index]);
    const both = scored.filter((index) => values[index] === 1 && verdicts[index] === 1).length;
    const isKindred = both >= KINDRED * (both + differing.length);
    return { rule, count: isKindred ? differing.length : Infinity, first: differing[0] ?? -1 };
  });
  const [closest] = candidates.sort((a, b) => a.count - b.count);
  return closest !== undefined && closest.count > 0 && Number.isFinite(closest.count) ? closest : null;
}
