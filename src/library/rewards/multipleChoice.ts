/** Multiple choice: the letter that the completion decides on is that of the answer. */
import { noteAnswer, type Reward } from 'rlvr';

/** Ways to name a choice, the surest first. The last of its kind counts: a model may change its mind. */
const CHOICES = [
  /<answer>\s*\(?([A-Z])\b/gu,
  /\\boxed\{\s*(?:\\text\{)?\s*\(?([A-Z])\b/gu,
  /\b(?:[Aa]nswer|[Cc]hoice|[Oo]ption)(?: is|:)*\s*\**\(?([A-Z])\b/gu,
  /\(([A-Z])\)/gu,
  /^\s*\**([A-Z])\**[.):]*\s*$/gmu,
];

/** 1 when the choice is right: "The answer is (B)." is right about "B" and "(B)". */
export const correct: Reward<{ answer: string | number }> = ({ completion, answer }) =>
  choiceOf(completion) === /\b[A-Z]\b/u.exec(String(answer))?.[0] ? 1 : 0;

/** The letter; null where the text decides on none. */
function choiceOf(text: string): string | null {
  const found = CHOICES.map((way) => [...text.matchAll(way)].at(-1)?.[1]);
  return noteAnswer(text, found.find((letter) => letter !== undefined) ?? null);
}
