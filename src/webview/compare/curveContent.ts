/** The curves of one metric: which runs share an axis, and what is drawn of each. */
import type { ComparedRun } from '../../engine/protocol/comparison.ts';
import type { MetricPoints } from '../../engine/protocol/panels/curves.ts';
import { count } from '../../engine/words/format.ts';
import { X_AXIS_METRICS, type XAxisKind } from '../chart/axes.ts';
import type { ChartContent, Line, Rule, Whiskers } from '../chart/content.ts';
import { cutLine, gapsAt } from '../chart/cut.ts';
import { smooth, smoothingUnit } from '../chart/smoothing.ts';
import { STEPS, timeMap, tokenMap, type StepMap } from '../chart/stepMap.ts';
import { looksOfRun } from './looks.ts';
import type { CompareModel } from './model.ts';
import type { CompareState } from './state.ts';

/** Runs whose values mean the same. */
export interface AxisGroup {
  readonly runs: readonly ComparedRun[];
  /** Of runs that are among the others only until their reward was changed: the step from which on it was other code. By letter. */
  readonly until: ReadonlyMap<string, number>;
}

/** A run's curve as it is read off: what is drawn, before smoothing. */
export interface RunCurve {
  readonly run: ComparedRun;
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** With more runs the unsmoothed curves, and intervals, would hide the others. */
const MAX_WITH_DETAIL = 3;

/**
 * Runs that have the metric, by the reward code behind it: one group unless different code gave the values. A run whose reward was
 * changed while it trained is among those that began with the same code, until then.
 */
export function axisGroups(model: CompareModel, metric: string): AxisGroup[] {
  const known = model.overview?.metrics.find((candidate) => candidate.metric === metric);
  const runs = model.runs.flatMap((run, index) => {
    const points = model.points(run, metric);
    if (points === null) return [];
    const [change] = known?.breaks[index] ?? [];
    const shared = change !== undefined && (points.steps[0] ?? Infinity) + points.stepsPerPoint <= change;
    const origin = known?.origins[index] ?? '';
    // One that was changed before its first point has nothing in common with the others.
    return [
      { run, origin, beginning: change === undefined || shared ? (known?.beginnings[index] ?? '') : origin, change },
    ];
  });
  return [...Map.groupBy(runs, ({ beginning }) => beginning).values()].map((own) => {
    const isOne = new Set(own.map(({ origin }) => origin)).size === 1;
    const changed = isOne
      ? []
      : own.flatMap(({ run, change }) => (change === undefined ? [] : [[run.letter, change] as const]));
    return { runs: own.map(({ run }) => run), until: new Map(changed) };
  });
}

/** @param until where a run's curve ends, by its letter; to its end where nothing is said */
export function curvesOf(model: CompareModel, { runs, until }: AxisGroup, metric: string, axis: XAxisKind): RunCurve[] {
  return runs.flatMap((run) => {
    const points = model.points(run, metric);
    if (points === null) return [];
    const map = stepMapOf(model, run, axis);
    const end = until.get(run.letter);
    // A point of several steps, of which some lie on either side, is a mean of both.
    const isBefore = (step: number): boolean => end === undefined || step + points.stepsPerPoint <= end;
    const count = points.steps.filter(isBefore).length;
    return [{ run, x: points.steps.slice(0, count).map((step) => map.toX(step)), y: points.mean.slice(0, count) }];
  });
}

/** Evaluations are few and each counts: they are dots with their intervals, and are not smoothed. */
function isEvaluation(metric: string): boolean {
  return metric.startsWith('eval');
}

export function contentOf(
  model: CompareModel,
  curves: readonly RunCurve[],
  metric: string,
  { smoothing, axis }: Pick<CompareState, 'smoothing' | 'axis'>,
): ChartContent {
  const detailed = curves.length <= MAX_WITH_DETAIL;
  return {
    lines: curves.flatMap((curve) => {
      const breaks = breaksIn(model, curve.run, metric);
      const stepsPerPoint = model.points(curve.run, metric)?.stepsPerPoint ?? 1;
      const gaps = gapsAt(breaks, stepsPerPoint, stepMapOf(model, curve.run, axis));
      const line = lineOf(curve);
      if (isEvaluation(metric)) return cutLine({ ...line, dots: true }, gaps);
      if (smoothing === 0) return cutLine(line, gaps);
      const smoothed = cutLine({ ...line, y: smoothedValues(model, curve, metric, smoothing, breaks) }, gaps);
      return detailed ? [...cutLine({ ...line, width: 1, opacity: 0.3 }, gaps), ...smoothed] : smoothed;
    }),
    bands: [],
    whiskers: detailed && metric === 'eval/accuracy' ? curves.flatMap((curve) => intervals(model, curve, axis)) : [],
    levels: [],
    rules: curves.flatMap(({ run }) => rulesOf(model, run, metric, axis)),
  };
}

/** Where other reward code took over in a run. */
function rulesOf(model: CompareModel, run: ComparedRun, metric: string, axis: XAxisKind): Rule[] {
  const map = stepMapOf(model, run, axis);
  return breaksIn(model, run, metric).map((step) => ({
    x: (map.toX(step - 1) + map.toX(step)) / 2,
    step,
    label: `${run.letter}: reward changed`,
    title: `The reward of ${run.letter} was changed at step ${count(step)}`,
  }));
}

function lineOf({ run, x, y }: RunCurve): Line {
  return { ...looksOfRun(run), side: 'left', x, y, width: 2, opacity: 1, dots: false };
}

/** The steps from which on other reward code gave the values of a metric. */
function breaksIn(model: CompareModel, run: ComparedRun, metric: string): readonly number[] {
  const origin = model.overview?.metrics.find((known) => known.metric === metric);
  return origin?.breaks[model.runs.indexOf(run)] ?? [];
}

function smoothedValues(
  model: CompareModel,
  { run, y }: RunCurve,
  metric: string,
  weight: number,
  breaks: readonly number[],
): Float64Array {
  const points = model.points(run, metric);
  if (points === null) return y;
  // As in a chart of this run alone: how long the others are changes nothing.
  const unit = smoothingUnit(Math.max(run.steps, points.steps.at(-1) ?? 0));
  const { steps, stepsPerPoint } = points;
  const last = steps.at(-1) ?? 0;
  const isWhole = y.length === steps.length;
  const lastCount = isWhole ? Math.max(1, Math.min(stepsPerPoint, (run.lastStep ?? last) - last + 1)) : stepsPerPoint;
  return smooth(steps, y, { stepsPerPoint, lastCount, weight, unit, breaks }).values;
}

function intervals(model: CompareModel, { run, x: { length } }: RunCurve, axis: XAxisKind): Whiskers[] {
  const low = model.points(run, 'eval/accuracy_low');
  const high = model.points(run, 'eval/accuracy_high');
  if (low === null || low.steps.length !== high?.steps.length) return [];
  const map = stepMapOf(model, run, axis);
  const x = low.steps.slice(0, length).map((step) => map.toX(step));
  const [from, to] = [low, high].map(({ mean }) => mean.slice(0, length));
  return from && to ? [{ colour: looksOfRun(run).colour, side: 'left', x, low: from, high: to }] : [];
}

function stepMapOf(model: CompareModel, run: ComparedRun, axis: XAxisKind): StepMap {
  const plain = (points: MetricPoints): { steps: number[]; min: number[]; mean: number[] } => ({
    steps: [...points.steps],
    min: [...points.min],
    mean: [...points.mean],
  });
  const metric = X_AXIS_METRICS[axis];
  const points = metric === null ? null : model.points(run, metric);
  if (points === null) return STEPS;
  return axis === 'tokens' ? tokenMap(plain(points)) : timeMap(plain(points));
}
