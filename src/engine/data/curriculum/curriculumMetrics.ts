/** What a curriculum did in a step, as metrics. */
import type { Metrics } from '../../protocol/metrics.ts';
import type { Draw } from '../sampler.ts';
import type { CurriculumOrder } from './curriculumOrder.ts';
import { signalOf, type SolvedCount } from './signalPredictor.ts';

/**
 * `curriculum/open_frac`: the share of the problems that may be drawn. `curriculum/expected_signal`: what was expected of 4 p (1 - p) of the
 * problems that were drawn, a mean over draws; `curriculum/signal`: what their groups came to.
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
  const open = orders[0]?.openShare(step) ?? null;
  const expected = drawn.flatMap(({ index }) =>
    orders.map((order) => order.expectedSignal(step, index)).filter((signal) => signal !== null),
  );
  const found = orders.length === 0 ? [] : groups.filter(({ scored }) => scored > 1).map(signalOf);
  return {
    ...(open === null ? {} : { 'curriculum/open_frac': open }),
    ...(expected.length === 0 ? {} : { 'curriculum/expected_signal': mean(expected) }),
    ...(found.length === 0 ? {} : { 'curriculum/signal': mean(found) }),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
