/** What a curriculum did in a step, as metrics. */
import type { Metrics } from '../../protocol/metrics.ts';
import type { Draw } from '../sampler.ts';
import type { CurriculumOrder } from './curriculumOrder.ts';
import type { SolvedCount } from './worthPredictor.ts';

/**
 * `curriculum/open_frac`: the share of the problems that may be drawn. `curriculum/expected_worth`: what the problems that were drawn were
 * expected to be worth, a mean over draws; `curriculum/worth`: what their groups came to (`worthPredictor.ts`).
 * @param orders of the tasks; none without a curriculum
 * @param drawn in the step
 * @param groups what was sampled for them; none where nothing is
 */
export function curriculumMetrics(
  orders: readonly CurriculumOrder[],
  step: number,
  drawn: readonly Draw[],
  groups: readonly Omit<SolvedCount, 'index'>[],
): Metrics {
  const [first] = orders;
  const open = first?.openShare(step) ?? null;
  const expected = drawn.flatMap(({ index }) =>
    orders.map((order) => order.expectedWorth(step, index)).filter((worth) => worth !== null),
  );
  const found = groups.filter(({ scored }) => scored > 1).flatMap((group) => first?.worthOf(group) ?? []);
  return {
    ...(open === null ? {} : { 'curriculum/open_frac': open }),
    ...(expected.length === 0 ? {} : { 'curriculum/expected_worth': mean(expected) }),
    ...(found.length === 0 ? {} : { 'curriculum/worth': mean(found) }),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
