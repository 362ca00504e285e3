/** Worked answers written anew in the form that a prompt asks for (`dataset.format`). */
import { extractionRules } from '../../library/extraction.ts';
import { answerFormats, type AnswerFormatName } from '../protocol/answerFormats.ts';

/** The parts of a worked answer; neither has space around it. */
interface WorkedAnswer {
  readonly reasoning: string;
  readonly result: string;
}

const TAGGED = /^\s*<think>(.*)<\/think>\s*<answer>(.*)<\/answer>\s*$/su;
const MARKER = '####';

/**
 * A worked answer in the form of `format`; space at either end stays, and one that has the form already stays as it is.
 * @returns null where it is not to be seen what of the text is the result
 */
export function inAnswerFormat(format: AnswerFormatName, answer: string): string | null {
  const { isIn, write } = answerFormats[format];
  if (isIn(answer)) return answer;
  const worked = workedAnswer(answer.trim());
  if (worked === null) return null;
  const [, before = '', after = ''] = /^(\s*)[^]*?(\s*)$/u.exec(answer) ?? [];
  return before + write(worked.reasoning, worked.result) + after;
}

/** By tags, by GSM8K's `####`, by a box; a single line without any of them is the result alone. */
function workedAnswer(text: string): WorkedAnswer | null {
  const [, thought, answer] = TAGGED.exec(text) ?? [];
  if (thought !== undefined && answer !== undefined)
    return { reasoning: thought.trim(), result: (extractionRules.boxed.extract(answer) ?? answer).trim() };
  const marker = text.lastIndexOf(MARKER);
  if (marker !== -1)
    return { reasoning: text.slice(0, marker).trim(), result: text.slice(marker + MARKER.length).trim() };
  const boxed = extractionRules.boxed.extract(text);
  if (boxed !== null) return { reasoning: text, result: boxed.trim() };
  return text === '' || text.includes('\n') ? null : { reasoning: '', result: text };
}
