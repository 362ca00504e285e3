/** An order of the problems of one task that a curriculum decides. */
import type { ProblemOrder } from '../problemOrder.ts';

export interface CurriculumOrder extends ProblemOrder {
  /** Which share of the problems may be drawn in a step, where the curriculum opens them one after another; null where it does not. */
  openShare(step: number): number | null;
  /** What is expected of 4 p (1 - p) of a problem of the task in a step, p being its pass rate; null where nothing is. */
  expectedSignal(step: number, index: number): number | null;
}

/** Random numbers, others for each step and each time that the problems are gone through in it. */
export type OrderRandom = (step: number, round: number) => () => number;
