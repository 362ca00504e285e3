/** How the values of a metric are written, on an axis and by themselves. */
import { measure, percent } from '../../engine/words/format.ts';
import { metricUnit } from '../../engine/words/metrics.ts';
import { valueAxis } from '../chart/axes.ts';
import type { ValueAxis } from '../chart/content.ts';

export function axisOf(metric: string): ValueAxis {
  const axis = valueAxis(metricUnit(metric));
  // A count is seen against nothing; a share, that others differ from by a little, is not.
  return metricUnit(metric) === 'tokens' ? { ...axis, include: [0] } : axis;
}

export function valueText(metric: string, value: number): string {
  return metricUnit(metric) === 'share' ? percent(value) : measure(value);
}
