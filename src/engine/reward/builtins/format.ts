/** 1 when the completion has the asked-for form, else 0. Says nothing about whether it is right. */
import { z } from 'zod';
import { MARKED_NUMBER, THINK_ANSWER } from '../../../library/rewards/format.ts';
import { defineBuiltin } from './builtin.ts';

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
