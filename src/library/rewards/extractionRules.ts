/**
 * GSM8K's rules: the answer as openai, verl, Tülu and lm-eval read it, each a function.
 *
 * Each gives what the published one gives, quirks included, on answers of the form "...\n#### 72" or "72". So a number of yours can
 * be held beside a number of theirs; which rule it was belongs to every number.
 */
import { extractionRules, goldAnswer, type ExtractionRuleName, type Reward } from 'rlvr';

type Answered = Reward<{ answer: string | number }>;

/** The first number after a `####`. */
export const openai: Answered = by('openai');
/** The last number after a `####`, in the last 300 characters. */
export const verlStrict: Answered = by('verl-strict');
/** The last number of the last 300 characters. */
export const verlFlexible: Answered = by('verl-flexible');
/** The last number; of integers without its sign. */
export const tulu: Answered = by('tulu');
/** The first number after a `####`; `$` and a final full stop do not count. */
export const lmEvalStrict: Answered = by('lm-eval-strict');
/** The last number; `$` and a final full stop do not count. */
export const lmEvalFlexible: Answered = by('lm-eval-flexible');

/** 1 when the answer that the rule reads out of the completion is right by that rule. */
function by(name: ExtractionRuleName): Answered {
  const rule = extractionRules[name];
  return ({ completion, answer }) => {
    const extracted = rule.extract(completion);
    return extracted !== null && rule.matches(extracted, goldAnswer(String(answer))) ? 1 : 0;
  };
}
