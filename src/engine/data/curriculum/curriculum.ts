/** The door of this folder: from an experiment's `curriculum` to the orders in which the problems of its tasks are drawn. */
import type { CurriculumConfig } from '../../protocol/curriculum.ts';
import { uniforms } from '../../random/keyed.ts';
import type { ProblemRange } from '../problemOrder.ts';
import type { Problem } from '../problems.ts';
import { AdaptiveOrder } from './adaptiveOrder.ts';
import { columnOrder } from './columnOrder.ts';
import type { CurriculumOrder, OrderRandom } from './curriculumOrder.ts';
import { OpeningOrder } from './openingOrder.ts';
import { passRateOrder } from './passRateOrder.ts';
import { inRandomOrder } from './randomOrder.ts';
import type { SolvedCount } from './worthPredictor.ts';

/** What a curriculum goes by beside the problems. */
export interface CurriculumSources {
  readonly seed: number;
  /** Of the run. */
  readonly steps: number;
  /** What became of the problems that a step before drew, in an order that is always the same. */
  readonly solvedIn: (step: number) => readonly SolvedCount[];
  /** How often the untrained policy solved a problem, by index into the training part; null where that was not measured. */
  readonly passRate: (index: number) => number | null;
}

/**
 * @param train the whole training part
 * @param range the task's own problems in it
 * @throws UserError where the problems cannot be put in this order
 */
export function curriculumOrder(
  config: CurriculumConfig,
  train: readonly Problem[],
  range: ProblemRange,
  { seed, steps, solvedIn, passRate }: CurriculumSources,
): CurriculumOrder {
  const random: OrderRandom = (step, round) => uniforms(seed, 'curriculum', [range.task, step, round]);
  // No step has this number, so nothing else draws from it.
  const ties = random(0, 0);
  const own = Array.from({ length: range.count }, (_, index) => range.start + index);
  const inTraining = (order: readonly number[]): number[] => order.map((index) => range.start + index);
  switch (config.by) {
    case 'column': {
      const problems = train.slice(range.start, range.start + range.count);
      return new OpeningOrder(inTraining(columnOrder(problems, config, ties)), steps, config, random);
    }
    case 'passRate':
      return new OpeningOrder(inTraining(passRateOrder(own.map(passRate), config, ties)), steps, config, random);
    case 'adaptive':
      return new AdaptiveOrder(
        train.map(({ tokens }) => tokens),
        range,
        config,
        { solvedIn, random },
      );
  }
}

/**
 * The problems of a task that are measured before a run begins.
 * @param count how many; all where it is not given or there are no more
 */
export function measuredProblems(range: ProblemRange, seed: number, count: number | undefined): number[] {
  const own = Array.from({ length: range.count }, (_, index) => range.start + index);
  if (count === undefined || count >= range.count) return own;
  const order = [...inRandomOrder(own, uniforms(seed, 'curriculum', [range.task, 0, 1]))];
  return order.slice(0, count).sort((a, b) => a - b);
}
