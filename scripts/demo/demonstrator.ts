/**
 * Whom the demo's model learns from before any reinforcement: somebody who always calculates right, and who often takes plus for minus
 * and minus for plus where the story is told in one of seven of the ten ways.
 */
import { answerTo, pick, tell, type Operation, type ProblemRow, type Sum } from './stories.ts';

/** Ways to tell a story that the demonstrator reads well. */
const READ_WELL: Readonly<Record<Operation, readonly number[]>> = { '+': [0], '-': [0, 1] };
/** How often the right operation is chosen, for stories read well and for the others. */
const RIGHT = { well: 0.85, badly: 0.35 } as const;

/** `count` problems as the demonstrator answers them. */
export function demonstrations(sums: readonly Sum[], count: number, next: () => number): ProblemRow[] {
  return Array.from({ length: count }, () => {
    const sum = pick(sums, next);
    const problem = tell(sum, next);
    const right = next() < (READ_WELL[sum.operation].includes(sum.telling) ? RIGHT.well : RIGHT.badly);
    if (right) return problem;
    return { ...problem, answer: answerTo(sum.numbers, sum.operation === '+' ? '-' : '+') };
  });
}
