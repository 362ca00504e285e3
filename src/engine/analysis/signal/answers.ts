/** Whether a completion has an answer at all: known where a built-in rule reads it, and of nobody's own function. */
import { z } from 'zod';
import { extractionRuleNames, extractionRules } from '../../../library/extraction.ts';
import type { Experiment } from '../../protocol/experiment.ts';
import { rewardName, solvedBy } from '../../protocol/experimentChecks.ts';

/** What `finalNumber` reads the answer after. */
const MARKER = '####';
/** Which rule `gsm8k` was given, with its default. */
const gsm8kOptions = z.object({ rule: z.enum(extractionRuleNames).default('openai') });

/**
 * Says of a text whether the rule that decides what is solved finds an answer in it, right or wrong; null where another kind of
 * reward decides.
 */
export function answerFinder(experiment: Experiment): ((text: string) => boolean) | null {
  const deciding = solvedBy(experiment);
  const reward = experiment.rewards.find((candidate) => rewardName(candidate) === deciding);
  if (reward === undefined || reward.file !== undefined) return null;
  switch (reward.function) {
    case 'gsm8k': {
      const options = gsm8kOptions.safeParse(reward.options).data;
      return options === undefined ? null : (text) => extractionRules[options.rule].extract(text) !== null;
    }
    case 'finalNumber':
      return (text) => text.includes(MARKER);
    default:
      return null;
  }
}
