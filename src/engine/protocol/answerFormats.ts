/**
 * The forms in which a prompt can ask for an answer (`dataset.format`): what the model is told, and what a worked answer looks like. Each
 * is one that extraction rules and the built-in format reward read; `promptAdvice.ts` has which of them.
 */

export const answerFormatNames = ['gsm8k', 'boxed', 'think', 'think-boxed'] as const;
export type AnswerFormatName = (typeof answerFormatNames)[number];

export interface AnswerFormat {
  /** What the model is told, once in a prompt. */
  readonly instruction: string;
  /** An answer in this form; both without space around them, the reasoning may be empty. */
  readonly write: (reasoning: string, result: string) => string;
  /** Whether a text has this form already. */
  readonly isIn: (completion: string) => boolean;
}

const BOX = '\\boxed{';
const MARKED = /(?:^|\n)#### ?\S/;
const ANSWER_TAG = '<answer>';
const BOXED_ANSWER = /<answer>\s*\\boxed\{/;

const thinking = (reasoning: string, answer: string): string =>
  `<think>\n${lines(reasoning)}</think>\n<answer>${answer}</answer>`;

export const answerFormats: Readonly<Record<AnswerFormatName, AnswerFormat>> = {
  gsm8k: {
    instruction: 'Reason step by step, then give the answer as a number on a last line that begins with "#### ".',
    write: (reasoning, result) => `${lines(reasoning)}#### ${result}`,
    isIn: (completion) => MARKED.test(completion),
  },
  boxed: {
    instruction: 'Reason step by step, then give the answer in \\boxed{}.',
    write: (reasoning, result) => `${lines(reasoning)}\\boxed{${result}}`,
    isIn: (completion) => completion.includes(BOX) && !completion.includes(ANSWER_TAG),
  },
  // The tags of DeepSeek-R1 (arXiv:2501.12948, table 1); the words are ours.
  think: {
    instruction: 'Reason inside <think> </think>, then give the answer alone inside <answer> </answer>.',
    write: thinking,
    isIn: (completion) => completion.includes(ANSWER_TAG) && !BOXED_ANSWER.test(completion),
  },
  'think-boxed': {
    instruction: 'Reason inside <think> </think>, then give the answer in \\boxed{} inside <answer> </answer>.',
    write: (reasoning, result) => thinking(reasoning, `\\boxed{${result}}`),
    isIn: (completion) => BOXED_ANSWER.test(completion),
  },
};

/** The form that the words of a prompt ask for; null where they say none. */
export function formatAskedFor(text: string): AnswerFormatName | null {
  const boxed = /\\boxed\b/.test(text);
  if (/<(?:think|answer)>/.test(text)) return boxed ? 'think-boxed' : 'think';
  if (boxed) return 'boxed';
  // Before a word it is a heading.
  return /####(?!\s*\p{L})/u.test(text) ? 'gsm8k' : null;
}

function lines(reasoning: string): string {
  return reasoning === '' ? '' : `${reasoning}\n`;
}
