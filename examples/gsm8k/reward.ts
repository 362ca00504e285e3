/// <reference path="./rlvr.d.ts" />
/**
 * Rewards for GSM8K. Each exported function is one reward: it is given the completion and the columns of the row (`question`,
 * `answer`) by name and returns a score. Which functions are used, and with what weight, is said in `gsm8k.rlvr.json`.
 */
import type { Reward } from 'rlvr';

interface Problem {
  readonly question: string;
  readonly answer: string;
}

/** 1 when the number after the last `####` is that of the reference solution. */
export const correct: Reward<Problem> = ({ completion, answer }) => {
  const found = finalNumber(completion);
  return found !== null && found === finalNumber(answer) ? 1 : 0;
};

/** 1 when the completion ends in a line `#### number`, right or wrong: the habit is worth a little while the answers are still wrong. */
export const format: Reward<Problem> = ({ completion }) =>
  /(?:^|\n)#### -?\$?\d[\d,]*(?:\.\d+)?\s*$/.test(completion) ? 1 : 0;

/** The number after the last `####`: "#### $1,072.00" is 1072, and so is "#### 1072." */
function finalNumber(text: string): number | null {
  const [, ...marked] = text.split('####');
  const written = marked.at(-1)?.trim().replaceAll('\u2212', '-').replace(/[$,]/g, '').replace(/\.$/, '');
  return written !== undefined && /^-?\d+(?:\.\d+)?$/.test(written) ? Number(written) : null;
}
