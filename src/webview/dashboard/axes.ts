/** How the axes of the charts are marked. */
import type { MetricUnit } from '../../engine/words/metrics.ts';
import type { AxisFormats, ValueAxis, XAxis } from '../chart/content.ts';
import { percentText, plainText, stepTicks, timeText, timeTicks, wholeText } from '../chart/ticks.ts';
import type { ChartSpec } from './chartSpecs.ts';
import type { XAxisKind } from './state.ts';

export const X_AXIS_NAMES: Readonly<Record<XAxisKind, string>> = {
  step: 'Steps',
  tokens: 'Tokens',
  time: 'Training time',
};

/** The metric from which the places of the steps on an axis follow; null where they are the steps. */
export const X_AXIS_METRICS: Readonly<Record<XAxisKind, string | null>> = {
  step: null,
  tokens: 'num_tokens',
  time: 'step_time',
};

const X_AXES: Readonly<Record<XAxisKind, XAxis>> = {
  step: { ticks: stepTicks, format: wholeText },
  tokens: { ticks: stepTicks, format: wholeText },
  time: { ticks: timeTicks, format: timeText },
};

const SHARE: ValueAxis = { format: percentText, least: 0, greatest: 1, include: [] };

export function axisFormats(spec: ChartSpec, kind: XAxisKind): AxisFormats {
  return {
    x: X_AXES[kind],
    left: { ...leftAxis(spec.unit), include: spec.include },
    right: { ...SHARE, include: [0, 1] },
  };
}

function leftAxis(unit: MetricUnit): ValueAxis {
  switch (unit) {
    case 'share':
      return SHARE;
    case 'tokens':
    case 'seconds':
    case 'tokensPerSecond':
      return { format: plainText, least: 0, greatest: Infinity, include: [] };
    case 'plain':
      return { format: plainText, least: -Infinity, greatest: Infinity, include: [] };
  }
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
