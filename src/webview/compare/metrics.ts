/** How the values of a metric are written, on an axis and by themselves. */
import { measure, percent } from '../../engine/words/format.ts';
import { metricUnit } from '../../engine/words/metrics.ts';
import type { ValueAxis } from '../chart/content.ts';
import { percentText, plainText } from '../chart/ticks.ts';

export function axisOf(metric: string): ValueAxis {
  switch (metricUnit(metric)) {
    case 'share':
      return { format: percentText, least: 0, greatest: 1, include: [] };
    case 'tokens':
    case 'seconds':
    case 'tokensPerSecond':
      return { format: plainText, least: 0, greatest: Infinity, include: [0] };
    case 'plain':
      return { format: plainText, least: -Infinity, greatest: Infinity, include: [] };
  }
}

export function valueText(metric: string, value: number): string {
  return metricUnit(metric) === 'share' ? percent(value) : measure(value);
}
