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
