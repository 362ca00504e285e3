/** 1 when the text after the last `####` of the completion and of the answer column is the same number; else 0. */
import { z } from 'zod';
import { noteAnswer } from '../../../library/answers.ts';
import { goldAnswer } from '../../../library/extraction.ts';
import { sameNumber } from '../../../library/numbers.ts';
import { defineBuiltin, textColumn } from './builtin.ts';

const MARKER = '####';

export const finalNumber = defineBuiltin(
  { answerColumn: z.string().default('answer') },
  ({ answerColumn }) =>
    (input) => {
      const [, ...marked] = input.completion.split(MARKER);
      const last = marked.at(-1);
      const bare = last?.trim() ?? '';
      noteAnswer(input.completion, bare === '' ? null : bare);
      return last !== undefined && sameNumber(last, goldAnswer(textColumn(input, answerColumn))) ? 1 : 0;
    },
);
