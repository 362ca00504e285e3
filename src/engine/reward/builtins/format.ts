/** 1 when the completion has the asked-for form, else 0. Says nothing about whether it is right. */
import { z } from 'zod';
import { defineBuiltin } from './builtin.ts';

/** Reasoning, then the answer, each in its tags once and nothing else: the form of DeepSeek-R1 (arXiv:2501.12948, table 1). */
const THINK_ANSWER = /^\s*<think>(?:(?!<\/?think>).)*<\/think>\s*<answer>(?:(?!<\/?answer>).)*<\/answer>\s*$/su;

/** A last line `#### number`: the form of GSM8K's solutions. */
const MARKED_NUMBER = /(?:^|\n)#### -?\$?\d[\d,]*(?:\.\d+)?\s*$/u;

const regularExpression = z.string().superRefine((source, context) => {
  try {
    new RegExp(source, 'su');
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : 'not a regular expression' });
  }
});

export const format = defineBuiltin({ pattern: regularExpression.optional() }, ({ pattern }) => {
  const forms = pattern === undefined ? [THINK_ANSWER, MARKED_NUMBER] : [new RegExp(pattern, 'su')];
  return ({ completion }) => (forms.some((form) => form.test(completion)) ? 1 : 0);
});
