/** Boxed answer: what stands in the last \boxed{...} is the answer, as a number, a fraction or a text. */
import { extractionRules, sameValue, type Reward } from 'rlvr';

/** 1 when the box holds the answer: "\boxed{\frac{1}{2}}" is right about 0.5, "1/2" and "50%". */
export const correct: Reward<{ answer: string | number }> = ({ completion, answer }) => {
  const boxed = extractionRules.boxed.extract(completion)?.trim();
  if (boxed === undefined) return 0;
  const wanted = String(answer).trim();
  return boxed === wanted || sameValue(boxed, wanted) ? 1 : 0;
};
