/**
 * Whether a completion is right, in whatever form it says so. Held beside what the rewards call right, it tells learning the form of an
 * answer from learning to find it.
 */
import { z } from 'zod';
import { goldAnswer } from '../../../library/extraction.ts';
import { lastNumber, sameNumber } from '../../../library/numbers.ts';
import type { Experiment, RewardConfig } from '../../protocol/experiment.ts';
import { rewardName } from '../../protocol/experimentChecks.ts';

/** Of the built-in rewards that read one, and what rows of GSM8K call it. */
const answerColumnOption = z.object({ answerColumn: z.string().default('answer') });

type Row = Readonly<Record<string, unknown>>;

/** Of a completion and the row of its problem: null where the row's reference answer is not a number. */
export type LenientMatch = (completion: string, row: Row) => boolean | null;

/**
 * The last number anywhere in the completion is the reference answer, in any writing: see `sameNumber`.
 * @param deciding the reward whose value 1 counts as solved
 */
export function lenientMatch({ rewards }: Pick<Experiment, 'rewards'>, deciding: string): LenientMatch {
  const column = answerColumn(rewards.find((reward) => rewardName(reward) === deciding));
  return (completion, row) => {
    const answer = row[column];
    if (typeof answer !== 'string' && typeof answer !== 'number') return null;
    const wanted = referenceNumber(goldAnswer(String(answer)));
    if (wanted === null) return null;
    const found = lastNumber(completion);
    return found !== null && sameNumber(found, wanted);
  };
}

/** The number that a reference answer is; null where a number is only part of it, as the 2 in `\frac{\sqrt{3}}{2}`. */
function referenceNumber(answer: string): string | null {
  const last = lastNumber(answer);
  return last !== null && sameNumber(last, answer) ? last : null;
}

/** The column that the deciding reward compares with, as far as that is known. */
function answerColumn(deciding: RewardConfig | undefined): string {
  const options = deciding?.file === undefined ? deciding?.options : {};
  return answerColumnOption.safeParse(options ?? {}).data?.answerColumn ?? 'answer';
}
