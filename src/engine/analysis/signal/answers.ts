/** Whether a completion has an answer at all: as the reward that decides noted it, and in runs from before that as a built-in rule reads it. */
import { z } from 'zod';
import { extractionRuleNames, extractionRules } from '../../../library/extraction.ts';
import type { RewardResult } from '../../protocol/completion.ts';
import type { Experiment } from '../../protocol/experiment.ts';
import { rewardName } from '../../protocol/experimentChecks.ts';

/** What `finalNumber` reads the answer after. */
const MARKER = '####';
/** Which rule `gsm8k` was given, with its default. */
const gsm8kOptions = z.object({ rule: z.enum(extractionRuleNames).default('openai') });

/**
 * For each completion of a group whether the reward that decides what is solved found an answer in it, right or wrong; null where that is
 * not known of all of them.
 * @param deciding the name of that reward
 * @param texts of the completions; asked for only where something was not noted
 */
export function answersFound(
  experiment: Pick<Experiment, 'rewards'>,
  deciding: string,
  verdicts: readonly Readonly<Record<string, RewardResult>>[],
  texts: () => readonly string[],
): readonly boolean[] | null {
  const noted = verdicts.flatMap(({ [deciding]: result }) =>
    result !== undefined && 'value' in result && result.extracted !== undefined ? [result.extracted !== null] : [],
  );
  if (noted.length === verdicts.length) return noted;
  const finds = answerFinder(experiment, deciding);
  return finds === null ? null : texts().map(finds);
}

/**
 * Says of a text whether the rule that decides what is solved finds an answer in it, right or wrong; null where another kind of
 * reward decides.
 */
function answerFinder({ rewards }: Pick<Experiment, 'rewards'>, deciding: string): ((text: string) => boolean) | null {
  const reward = rewards.find((candidate) => rewardName(candidate) === deciding);
  if (reward === undefined || reward.file !== undefined) return null;
  switch (reward.function) {
    case 'gsm8k': {
      const options = gsm8kOptions.safeParse(reward.options).data;
      return options === undefined ? null : (text) => extractionRules[options.rule].extract(text) !== null;
    }
    case 'finalNumber':
      return (text) => text.includes(MARKER) && text.split(MARKER).at(-1)?.trim() !== '';
    default:
      return null;
  }
}
