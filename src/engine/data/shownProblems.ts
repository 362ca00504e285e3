/** Problems that stand in the prompt as worked examples: their answer would stand before the question. */
import { UserError } from '../protocol/errors.ts';
import type { DatasetConfig } from '../protocol/datasetConfig.ts';
import { normalizedQuestion, questionOf } from './question.ts';
import type { DatasetRow } from './row.ts';
import { parseTemplate, type Template } from './template.ts';

export interface RowsToAsk {
  readonly rows: readonly DatasetRow[];
  readonly warnings: readonly string[];
}

/**
 * A function that leaves out of a part the rows that ask what an example answers, and says how many.
 * @throws UserError where an example lacks a column; from the function, where a row does or none is left
 */
export function withoutShown(
  { prompt }: Pick<DatasetConfig, 'prompt'>,
  examples: readonly DatasetRow[],
): (rows: readonly DatasetRow[], part: string) => RowsToAsk {
  const template = parseTemplate(prompt, 'dataset.prompt');
  const shown = new Set(examples.map((row) => asked(row, template)));
  return (rows, part) => {
    if (shown.size === 0) return { rows, warnings: [] };
    const others = rows.filter((row) => !shown.has(asked(row, template)));
    const left = rows.length - others.length;
    if (left === 0) return { rows, warnings: [] };
    const what = `${left} of ${rows.length} ${part} problems ask what a worked example answers (dataset.fewShot)`;
    if (others.length === 0) throw new UserError(`${what}, and none is left. Take other examples.`);
    return { rows: others, warnings: [`${what} and were left out.`] };
  };
}

function asked(row: DatasetRow, template: Template): string {
  return normalizedQuestion(questionOf(row, template));
}
