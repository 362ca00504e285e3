/** Number match: the last number of the completion is that of the answer, in any writing. */
import { lastNumber, sameNumber, type Reward } from 'rlvr';

/** 1 when the last numbers of completion and answer are the same: "$1,072.50" is 1072.5, "1/2" is 0.5, "50%" is 50. */
export const correct: Reward<{ answer: string | number }> = ({ completion, answer }) => {
  const found = lastNumber(completion);
  const wanted = lastNumber(String(answer));
  return found !== null && wanted !== null && sameNumber(found, wanted) ? 1 : 0;
};
