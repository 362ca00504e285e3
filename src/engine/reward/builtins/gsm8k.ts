/** 1 when the completion's answer, read by one of the published GSM8K rules, is the reference answer; else 0. */
import { z } from 'zod';
import { extractionRuleNames, extractionRules, goldAnswer } from '../../../library/extraction.ts';
import { defineBuiltin, textColumn } from './builtin.ts';

export const gsm8k = defineBuiltin(
  {
    rule: z.enum(extractionRuleNames).default('openai'),
    answerColumn: z.string().default('answer'),
  },
  ({ rule, answerColumn }) => {
    const extraction = extractionRules[rule];
    return (input) => {
      const answer = extraction.extract(input.completion);
      return answer !== null && extraction.matches(answer, goldAnswer(textColumn(input, answerColumn))) ? 1 : 0;
    };
  },
);
