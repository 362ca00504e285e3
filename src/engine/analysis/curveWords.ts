/**
 * What curves say, in words: for who cannot see them, what each does; for everybody, what a curve does not show or what is easily
 * taken for something else.
 */
import type { EvaluationSummary } from '../protocol/events.ts';
import type { Experiment } from '../protocol/experiment.ts';
import { count, percent, plural } from '../words/format.ts';
import { metricName, metricValue } from '../words/metrics.ts';
import { remarkOn } from './curveRemarks.ts';
import { headMean, tailMean, type Curve } from './curveShape.ts';

export interface CurveWords {
  readonly metric: string;
  /** What the curve does. */
  readonly summary: string;
  /** What to know when looking at it; null where the curve says it all. */
  readonly remark: string | null;
}

/** @param curve of `metric`; null where it has no point */
export function curveWords(
  metric: string,
  curves: (metric: string) => Curve | null,
  experiment: Experiment,
): CurveWords | null {
  const curve = curves(metric);
  if (curve === null || curve.steps.length === 0) return null;
  return { metric, summary: summarySentence(metric, curve), remark: remarkOn(metric, curves, experiment) };
}

/** `Reward rose from 0.35 to 0.97 over 300 steps; highest 0.99 at step 280.` */
function summarySentence(metric: string, curve: Curve): string {
  const name = metricName(metric);
  const say = (value: number): string => metricValue(metric, value);
  const first = curve.steps[0] ?? 0;
  if (curve.steps.length === 1) return `${name}: ${say(curve.mean[0] ?? 0)} at step ${count(first)}.`;
  const [begin, end] = [headMean(curve), tailMean(curve)];
  const [lowest, highest] = [extreme(curve, 'min'), extreme(curve, 'max')];
  // Step 0 is an evaluation and no step; where a point is several steps, it may be in the first.
  const over = `over ${plural(curve.lastStep - Math.max(1, first) + 1, 'step')}`;
  if (lowest.value === highest.value) return `${name} stayed at ${say(highest.value)} ${over}.`;
  const near = curve.stepsPerPoint > 1 ? 'near step' : 'at step';
  const at = ({ value, step }: Extreme): string => `${say(value)} ${near} ${count(step)}`;
  // What cannot be told apart when it is said has not moved.
  if (say(begin) === say(end) || Math.abs(end - begin) < STILL * (highest.value - lowest.value))
    return `${name} stayed near ${say(end)} ${over}; lowest ${at(lowest)}, highest ${at(highest)}.`;
  const rose = end > begin;
  const most = rose ? `highest ${at(highest)}` : `lowest ${at(lowest)}`;
  return `${name} ${rose ? 'rose' : 'fell'} from ${say(begin)} to ${say(end)} ${over}; ${most}.`;
}

/** A change of so small a part of what the curve covers is none. */
const STILL = 0.1;

interface Extreme {
  readonly value: number;
  readonly step: number;
}

/** The first of the lowest or highest values. */
function extreme(curve: Curve, which: 'min' | 'max'): Extreme {
  const values = curve[which];
  let found = 0;
  for (let index = 1; index < values.length; index++) {
    const [value, best] = [values[index] ?? 0, values[found] ?? 0];
    if (which === 'min' ? value < best : value > best) found = index;
  }
  return { value: values[found] ?? 0, step: curve.steps[found] ?? 0 };
}

/** What the held-out accuracy did, in the order of the evaluations; null where there is none. */
export function accuracyWords(evaluations: readonly EvaluationSummary[]): CurveWords | null {
  const held = evaluations.filter(({ split }) => split === 'validation');
  const [first] = held;
  const last = held.at(-1);
  if (first === undefined || last === undefined) return null;
  const say = ({ accuracy }: EvaluationSummary): string =>
    `${percent(accuracy.value)} (95 % interval ${percent(accuracy.low)} to ${percent(accuracy.high)})`;
  const best = held.reduce((found, next) => (next.accuracy.value > found.accuracy.value ? next : found));
  const summary =
    first === last
      ? `Held-out accuracy is ${say(first)} at step ${count(first.step)}, on ${plural(first.problems, 'problem')}.`
      : `Held-out accuracy went from ${say(first)} at step ${count(first.step)} to ${say(last)} at step ${count(last.step)}, ` +
        `on ${plural(last.problems, 'problem')}; highest ${percent(best.accuracy.value)} at step ${count(best.step)}.`;
  return { metric: 'eval/accuracy', summary, remark: null };
}
