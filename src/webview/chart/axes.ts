/** How axes are marked, by what they count. */
import type { MetricUnit } from '../../engine/words/metrics.ts';
import type { ValueAxis, XAxis } from './content.ts';
import { percentText, plainText, stepTicks, timeText, timeTicks, wholeText } from './ticks.ts';

/** What curves are drawn over. */
export const X_AXIS_KINDS = ['step', 'tokens', 'time'] as const;
export type XAxisKind = (typeof X_AXIS_KINDS)[number];

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

export const X_AXES: Readonly<Record<XAxisKind, XAxis>> = {
  step: { ticks: stepTicks, format: wholeText },
  tokens: { ticks: stepTicks, format: wholeText },
  time: { ticks: timeTicks, format: timeText },
};

export function valueAxis(unit: MetricUnit): ValueAxis {
  switch (unit) {
    case 'share':
      return { format: percentText, least: 0, greatest: 1, include: [] };
    case 'tokens':
    case 'seconds':
    case 'tokensPerSecond':
      return { format: plainText, least: 0, greatest: Infinity, include: [] };
    case 'plain':
      return { format: plainText, least: -Infinity, greatest: Infinity, include: [] };
  }
}
