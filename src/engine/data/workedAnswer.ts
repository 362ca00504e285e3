/** The worked answer of a row, as examples show it and supervised training learns it. */
import { UserError } from '../protocol/errors.ts';
import type { DatasetConfig } from '../protocol/datasetConfig.ts';
import { inAnswerFormat } from './answerForm.ts';
import { describeRow, type DatasetRow } from './row.ts';
import { parseTemplate, renderTemplate } from './template.ts';

/** What of the dataset decides it. */
export type AnswerConfig = Pick<DatasetConfig, 'completion' | 'format'>;

/**
 * A function that writes a row's worked answer: the template `dataset.completion`, in the form of `dataset.format`.
 * @throws UserError where the template is malformed; from the writer, where a row lacks a column or its result is not to be seen
 */
export function workedAnswerWriter({ completion, format }: AnswerConfig): (row: DatasetRow) => string {
  const template = parseTemplate(completion, 'dataset.completion');
  return (row) => {
    const answer = renderTemplate(template, row);
    if (format === undefined) return answer;
    const formed = inAnswerFormat(format, answer);
    if (formed !== null) return formed;
    throw new UserError(
      `${describeRow(row)}: dataset.format is "${format}", and in this worked answer it is not to be seen which part is the result. ` +
        'End it with a line "#### " and the result, or take dataset.format out.',
    );
  };
}
