/** What the reward functions took for the answer of a completion. */
import type { RewardResult } from '../../engine/protocol/completion.ts';
import { element } from '../dom.ts';
import { shownText } from './shownText.ts';

/** Several functions are named, unless they found the same; null where none looked for an answer. */
export function answerLine(rewards: Readonly<Record<string, RewardResult>>): HTMLElement | null {
  const found = Object.entries(rewards).flatMap(([name, result]): [string, string | null][] =>
    'value' in result && result.extracted !== undefined ? [[name, result.extracted]] : [],
  );
  const [first] = found;
  if (first === undefined) return null;
  const isOne = found.every(([, answer]) => answer === first[1]);
  const shown = isOne ? [answerText('', first[1])] : found.map(([name, answer]) => answerText(`${name}: `, answer));
  return element('p', { class: 'card-answer' }, ...shown);
}

function answerText(by: string, answer: string | null): HTMLElement {
  return answer === null
    ? element('span', { text: `${by}No answer found` })
    : element('span', {}, `${by}Extracted: `, element('span', { class: 'editor-font' }, ...shownText(answer)));
}
