/** Demonstrations for supervised training: a problem's prompt with the answer to learn. */
import { UserError } from '../protocol/errors.ts';
import type { ProblemDependencies, Problem } from './problems.ts';
import { workedAnswerWriter, type AnswerConfig } from './workedAnswer.ts';

/**
 * A function that gives the tokens of a problem's demonstration (`dataset.completion`, in the form of `dataset.format`), closed by the
 * end of sequence. Prompt and demonstration are encoded apart, as a sampled completion is apart from its prompt.
 * @param endOfSequence the model's token that ends a text
 * @throws UserError where a column is missing or the result is not to be seen, or prompt and demonstration do not fit the context together
 */
export function demonstrationWriter(
  config: AnswerConfig,
  deps: Pick<ProblemDependencies, 'encode' | 'contextLength'>,
  endOfSequence: number,
): (problem: Problem) => Int32Array {
  const write = workedAnswerWriter(config);
  return (problem) => {
    const part = `the ${problem.split} part${problem.task === null ? '' : ` of the task ${problem.task}`}`;
    const source = { file: part, row: problem.fileRow, line: null, columns: problem.row };
    const encoded = deps.encode(write(source), { addSpecialTokens: false });
    const tokens = Int32Array.of(...encoded, endOfSequence);
    const total = problem.tokens.length + tokens.length;
    if (total <= deps.contextLength) return tokens;
    throw new UserError(
      `Row ${problem.fileRow} of ${part}: the prompt has ${problem.tokens.length} tokens and the demonstration ${tokens.length}, and the model's context holds ${deps.contextLength}. Shorten the row, or leave long prompts out with dataset.filter.maxPromptTokens.`,
    );
  };
}
