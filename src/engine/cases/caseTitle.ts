/** What a case is called where there is one line for it. */
import type { RewardCase } from '../protocol/rewardCases.ts';

/** UTF-16 units of a completion in a title. */
const MAX_TAIL = 60;

/** Its name; where it has none, how the completion ends, which is where its answer stands. */
export function caseTitle({ name, completions, index }: Pick<RewardCase, 'name' | 'completions' | 'index'>): string {
  if (name !== null) return name;
  const line = (completions[index]?.text ?? '').trim().replaceAll(/[\s\p{Cc}\p{Cf}]+/gu, ' ');
  if (line === '') return '(no text)';
  if (line.length <= MAX_TAIL) return line;
  // A character outside the basic plane is two units, of which the second means nothing alone.
  return `…${line.slice(-MAX_TAIL).replace(/^[\uDC00-\uDFFF]/, '')}`;
}

/** `1`, or what stands for `null`. */
export function scoreText(value: number | null): string {
  return value === null ? 'not applicable' : String(value);
}
