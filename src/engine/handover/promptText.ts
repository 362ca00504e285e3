/** The text of a prompt for a trainer that turns it into tokens by itself. */
import type { Problem } from '../data/problems.ts';
import type { HandedExperiment } from './openExperiment.ts';

export interface PromptText {
  readonly text: string;
  /** Whether its tokens are those that we sample from. */
  readonly exact: boolean;
}

/**
 * Special tokens stand in front of a prompt once: a chat template writes them, and to plain text the tokenizer adds them. A trainer does
 * one or the other for all prompts, so that the text is given with them or without.
 * @param addSpecialTokens whether the trainer has the tokenizer add them
 */
export function promptText(
  { prompt, tokens }: Pick<Problem, 'prompt' | 'tokens'>,
  { encode, specialPrefix }: Pick<HandedExperiment, 'encode' | 'specialPrefix'>,
  addSpecialTokens: boolean,
): PromptText {
  const other = addSpecialTokens ? withoutPrefix(prompt, specialPrefix) : specialPrefix + prompt;
  const text = [prompt, other].find((each) => same(encode(each, { addSpecialTokens }), tokens));
  return { text: text ?? prompt, exact: text !== undefined };
}

function withoutPrefix(text: string, prefix: string): string {
  return text.startsWith(prefix) ? text.slice(prefix.length) : text;
}

function same(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && a.every((token, i) => token === b[i]);
}
