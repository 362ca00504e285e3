/** Exact match: the completion is the answer, word for word. */
import type { Reward } from 'rlvr';

/** 1 when the completion is the answer, but for white space around it. */
export const correct: Reward<{ answer: string | number }> = ({ completion, answer }) =>
  completion.trim() === String(answer).trim() ? 1 : 0;
