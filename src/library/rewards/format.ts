/** Format: the completion has a form, given as a regular expression. */
import type { Reward } from 'rlvr';

/** Reasoning, then the answer, each in its tags once and nothing else: the form of DeepSeek-R1 (arXiv:2501.12948, table 1). */
export const THINK_ANSWER = /^\s*<think>(?:(?!<\/?think>).)*<\/think>\s*<answer>(?:(?!<\/?answer>).)*<\/answer>\s*$/su;

/** A last line `#### number`: the form of GSM8K's solutions. */
export const MARKED_NUMBER = /(?:^|\n)#### -?\$?\d[\d,]*(?:\.\d+)?\s*$/u;

/** 1 when the completion has the form, right or wrong: with a small weight, beside a reward for being right. */
export const format: Reward = ({ completion }) => (THINK_ANSWER.test(completion) ? 1 : 0);
