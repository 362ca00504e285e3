/** Where other reward code took over, as lines in the charts that it concerns. */
import type { CodeChange } from '../../engine/protocol/run.ts';
import { count } from '../../engine/words/format.ts';
import { breaksOf } from '../../engine/words/rewardMetrics.ts';
import type { Rule } from '../chart/content.ts';
import type { StepMap } from '../chart/stepMap.ts';
import { metricsOf, type ChartSpec } from './chartSpecs.ts';

/** The lines of a chart, each in the gap of its curves. */
export function rulesOf(spec: ChartSpec, changes: readonly CodeChange[], map: StepMap): Rule[] {
  const metrics = spec.evaluations ? ['eval/accuracy'] : metricsOf(spec);
  const steps = new Set(metrics.flatMap((metric) => breaksOf(metric, changes)));
  return [...steps].map((step) => ({
    x: (map.toX(step - 1) + map.toX(step)) / 2,
    label: `reward changed at step ${count(step)}`,
    title: `${namesAt(changes, step)}: compare the source before and after`,
    step,
  }));
}

function namesAt(changes: readonly CodeChange[], step: number): string {
  return changes
    .filter((change) => change.step === step)
    .flatMap(({ rewards }) => rewards)
    .join(', ');
}
