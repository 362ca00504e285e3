/** Prompts must leave room for a completion in the model's context. */
import { UserError } from '../protocol/errors.ts';
import { describeRow, type DatasetRow } from './row.ts';

/** A prompt as tokens, with the row it was written from. */
export interface TokenizedRow {
  readonly source: DatasetRow;
  readonly tokens: Int32Array;
}

export interface LengthLimits {
  /** Longer prompts are left out (`dataset.filter.maxPromptTokens`). */
  readonly maxPromptTokens: number | undefined;
  /** Tokens that the model can hold. */
  readonly contextLength: number;
  /** Tokens to leave free behind the prompt. */
  readonly maxCompletionLength: number;
}

/**
 * The rows of a part whose prompts are not too long, in order, and a warning where any were left out.
 * @throws UserError where none is left, and for the first remaining row whose prompt is empty or does not fit the context together
 *   with a whole completion
 */
export function withinLimits<T extends TokenizedRow>(
  rows: readonly T[],
  part: string,
  limits: LengthLimits,
): { readonly kept: T[]; readonly warnings: string[] } {
  const { maxPromptTokens = Infinity } = limits;
  const kept = rows.filter(({ tokens }) => tokens.length <= maxPromptTokens);
  for (const row of kept) checkFits(row, limits);
  if (kept.length === rows.length) return { kept, warnings: [] };
  const dropped = `${rows.length - kept.length} of ${rows.length} ${part} problems have a prompt of more than ${maxPromptTokens} tokens (dataset.filter.maxPromptTokens)`;
  if (kept.length === 0) throw new UserError(`${dropped}, and none is left. Raise the limit.`);
  return { kept, warnings: [`${dropped} and were left out.`] };
}

function checkFits({ source, tokens }: TokenizedRow, { contextLength, maxCompletionLength }: LengthLimits): void {
  if (tokens.length === 0) {
    throw new UserError(
      `${describeRow(source)}: the prompt is empty. Fill the row's columns in, or add text to dataset.prompt.`,
    );
  }
  const room = contextLength - maxCompletionLength;
  if (tokens.length <= room) return;
  const remedy =
    room > 0
      ? `Lower rollout.maxCompletionLength or dataset.fewShot, or set dataset.filter.maxPromptTokens to ${room} to leave such rows out.`
      : 'Lower rollout.maxCompletionLength: it takes the whole context.';
  throw new UserError(
    `${describeRow(source)}: the prompt has ${tokens.length} tokens; with a completion of up to ${maxCompletionLength} that is ${tokens.length + maxCompletionLength}, and the model's context holds ${contextLength}. ${remedy}`,
  );
}
