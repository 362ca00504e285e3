/** An order of the problems of one task that a curriculum decides. */
import type { ProblemOrder } from '../problemOrder.ts';
import type { SolvedCount } from './worthPredictor.ts';

export interface CurriculumOrder extends ProblemOrder {
  /** Which share of the problems may be drawn in a step, where the curriculum opens them one after another; null where it does not. */
  openShare(step: number): number | null;
  /** What a problem of the task is expected to be worth in a step; null where nothing is expected. */
  expectedWorth(step: number, index: number): number | null;
  /** What a group came to be worth, of which two or more were scored (`worthPredictor.ts`). */
  worthOf(count: Omit<SolvedCount, 'index'>): number;
}

/** Random numbers, others for each step and each time that the problems are gone through in it. */
export type OrderRandom = (step: number, round: number) => () => number;
