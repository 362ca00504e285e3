/** What a case is called where there is one line for it. */
import type { ExpectedScore, RewardCase } from '../protocol/rewardCases.ts';

/** UTF-16 units of a completion in a title. */
const MAX_TAIL = 60;

/** Its name; where it has none, how the completion ends, which is where its answer stands. */
export function caseTitle({ name, completions, index }: Pick<RewardCase, 'name' | 'completions' | 'index'>): string {
  return name ?? completionTail(completions[index]?.text ?? '');
}

/** How a completion ends, in a line. */
export function completionTail(text: string): string {
  const line = text.trim().replaceAll(/[\s\p{Cc}\p{Cf}]+/gu, ' ');
  if (line === '') return '(no text)';
  if (line.length <= MAX_TAIL) return line;
  // A character outside the basic plane is two units, of which the second means nothing alone.
  return `…${line.slice(-MAX_TAIL).replace(/^[\uDC00-\uDFFF]/, '')}`;
}

/** `1`, or what stands for `null` and for an error. */
export function scoreText(value: ExpectedScore): string {
  if (value === 'error') return 'an error';
  return value === null ? 'not applicable' : String(value);
}
