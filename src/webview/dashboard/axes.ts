/** How the axes of the Dashboard's charts are marked. */
import type { MetricUnit } from '../../engine/words/metrics.ts';
import { valueAxis, X_AXES, type XAxisKind } from '../chart/axes.ts';
import type { AxisFormats } from '../chart/content.ts';
import type { ChartSpec } from './chartSpecs.ts';

export function axisFormats(spec: ChartSpec, kind: XAxisKind): AxisFormats {
  return {
    x: X_AXES[kind],
    left: { ...valueAxis(spec.unit), include: spec.include },
    right: { ...valueAxis('share'), include: [0, 1] },
  };
}

/** Beside the title of a chart: what its values are counted in. */
export function unitText(unit: MetricUnit): string {
  switch (unit) {
    case 'tokens':
      return 'tokens';
    case 'seconds':
      return 'seconds';
    case 'share':
    case 'tokensPerSecond':
    case 'plain':
      return '';
  }
}
