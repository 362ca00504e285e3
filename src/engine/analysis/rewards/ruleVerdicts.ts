/**
 * What the published extraction rules say of completions, for a reward function to be held against: one that was meant to read an answer
 * as others do, and does not, is better told so before it trains.
 */
import {
  extractionRuleNames,
  extractionRules,
  goldAnswer,
  type ExtractionRuleName,
} from '../../../library/extraction.ts';

export interface JudgedCompletion {
  readonly text: string;
  /** The dataset's columns. */
  readonly row: Readonly<Record<string, unknown>>;
}

/** 1 where the rule finds the reference answer, else 0. */
export type RuleVerdicts = ReadonlyMap<ExtractionRuleName, Float64Array>;

/** GSM8K's. */
const ANSWER_COLUMN = 'answer';

/** Parallel to `completions`; null where the data have no answer to compare with. */
export function ruleVerdicts(completions: readonly JudgedCompletion[]): RuleVerdicts | null {
  const golds = completions.map(({ row }) => row[ANSWER_COLUMN]);
  if (!golds.every((gold) => typeof gold === 'string' || typeof gold === 'number')) return null;
  const answers = golds.map((gold) => goldAnswer(String(gold)));
  const verdictsOf = (name: ExtractionRuleName): Float64Array => {
    const { extract, matches } = extractionRules[name];
    return Float64Array.from(completions, ({ text }, index) => {
      const found = extract(text);
      return found !== null && matches(found, answers[index] ?? '') ? 1 : 0;
    });
  };
  return new Map(extractionRuleNames.map((name) => [name, verdictsOf(name)]));
}

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
