/** Regular expression: the row says which pattern the last line of the completion has to match. */
import type { Reward } from 'rlvr';

/** 1 when the last line matches the answer, which is a regular expression such as "^(yes|no)$"; upper and lower case are the same. */
export const matches: Reward<{ answer: string | number }> = ({ completion, answer }) => {
  const lastLine = completion.trim().split('\n').at(-1) ?? '';
  return new RegExp(String(answer), 'iu').test(lastLine.trim()) ? 1 : 0;
};
