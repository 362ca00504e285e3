/** A chart's layers and the rows of its legend, from the points of the run. */
import type { EvaluationSummary } from '../../engine/protocol/events.ts';
import type { HackingSign } from '../../engine/protocol/panels/signal.ts';
import type { CodeChange } from '../../engine/protocol/run.ts';
import { count, measure, percent } from '../../engine/words/format.ts';
import type { MetricUnit } from '../../engine/words/metrics.ts';
import { breaksOf } from '../../engine/words/rewardMetrics.ts';
import type { Band, ChartContent, Colour, Dash, Level, Line, Mark, Whiskers } from '../chart/content.ts';
import { cutBand, cutLine, gapsAt } from '../chart/cut.ts';
import { firstAtLeast, nearest } from '../chart/scale.ts';
import type { StepMap } from '../chart/stepMap.ts';
import { rulesOf } from './chartRules.ts';
import type { ChartSpec, CurveSpec } from './chartSpecs.ts';
import { curveData, type CurveData, type Smoothing } from './curveData.ts';
import { extentOf, stretchOf, type Stretch } from './extents.ts';
import { lenientEvaluations } from './lenientEvaluations.ts';
import type { PointStore, StepRange } from './pointStore.ts';

export interface LegendRow {
  readonly label: string;
  readonly colour: Colour;
  readonly dash: Dash;
  /** A field of colour, and not a line. */
  readonly isBand: boolean;
  /** At the cursor, or the last. */
  readonly value: string;
  readonly smoothed: string;
  readonly min: string;
  readonly max: string;
  /** The step from which on they are of: other reward code gave the values before. null where they are of all that is looked at. */
  readonly since: number | null;
}

export interface ChartView {
  readonly content: ChartContent;
  /** Its rows with the values at a step, or with the last ones. */
  readonly legend: (cursor: number | null) => LegendRow[];
}

type Row = (cursor: number | null) => LegendRow;

export interface ChartSource {
  readonly store: PointStore;
  readonly evaluations: readonly EvaluationSummary[];
  /** What is marked on the curve of the reward. */
  readonly signs: readonly Pick<HackingSign, 'step' | 'title'>[];
  /** Where other reward code took over. */
  readonly changes: readonly CodeChange[];
  readonly map: StepMap;
  /** What is looked at; null for all of it. */
  readonly range: StepRange | null;
  readonly smoothing: Smoothing;
}

/** Of a row whose values have no smallest and largest to tell. */
const NO_EXTENT = { smoothed: '', min: '', max: '', since: null } as const;

const MAIN_WIDTH = 2;
const PART_WIDTH = 1.25;
/** Of the values themselves, behind their average. */
const MAIN_RAW_OPACITY = 0.35;
const PART_RAW_OPACITY = 0.2;
/** Of the room from the lowest to the highest of several steps in one point. */
const ENVELOPE_OPACITY = 0.25;
const BAND_OPACITY = 0.15;
/** More intervals than this run into each other and are drawn as a band. */
const MAX_WHISKERS = 60;

export function chartView(spec: ChartSpec, source: ChartSource): ChartView {
  return spec.evaluations ? evaluationView(spec, source) : curveView(spec, source);
}

function curveView(spec: ChartSpec, source: ChartSource): ChartView {
  const { store, range, smoothing, map, changes } = source;
  const lines: { readonly raw: Line[]; readonly curves: Line[] } = { raw: [], curves: [] };
  const bands: Band[] = [];
  const legend: Row[] = [];
  for (const curve of spec.curves) {
    const breaks = breaksOf(curve.metric, changes);
    const data = curveData(store, curve.metric, range, smoothing, breaks);
    if (data === null || data.points.length === 0) continue;
    const { points, smoothed } = data;
    const gaps = gapsAt(breaks, points.stepsPerPoint, map);
    const { colour, side, dash } = curve;
    const x = points.steps.map((step) => map.toX(step));
    const several = points.stepsPerPoint > 1;
    if (several && curve.main)
      bands.push(...cutBand({ colour, side, x, low: points.min, high: points.max, opacity: ENVELOPE_OPACITY }, gaps));
    if (smoothing.weight > 0 && !several)
      lines.raw.push(
        ...cutLine(
          {
            ...{ colour, side, dash: 'solid', x, y: points.mean, width: 1, dots: false },
            opacity: curve.main ? MAIN_RAW_OPACITY : PART_RAW_OPACITY,
          },
          gaps,
        ),
      );
    const width = curve.main ? MAIN_WIDTH : PART_WIDTH;
    const dots = spec.dots === true && !several;
    lines.curves.push(...cutLine({ colour, side, dash, x, y: smoothed, width, opacity: 1, dots }, gaps));
    legend.push(curveRow(curve, data, spec.unit, stretchOf(breaks, range)));
  }
  const band = bandOf(spec, source);
  return {
    content: {
      // The curve that the chart is about lies on top.
      lines: [...lines.raw, ...lines.curves.reverse()],
      bands: band === null ? bands : [...band.bands, ...bands],
      whiskers: [],
      levels: [],
      marks: marksOf(spec, source),
      rules: rulesOf(spec, changes, map),
    },
    legend: rows(band === null ? legend : [...legend.slice(0, 1), band.row, ...legend.slice(1)]),
  };
}

/** On the curve as it is drawn, where the chart is the reward's. */
function marksOf({ curves }: ChartSpec, { store, range, smoothing, map, signs, changes }: ChartSource): Mark[] {
  const [main] = curves;
  if (main?.metric !== 'reward' || signs.length === 0) return [];
  const data = curveData(store, main.metric, range, smoothing, breaksOf(main.metric, changes));
  if (data === null || data.points.length === 0) return [];
  const { points, smoothed } = data;
  return signs.map(({ step, title }) => {
    const y = smoothed[nearest(points.steps, step)] ?? 0;
    return { x: map.toX(step), y, side: main.side, colour: 'yellow', title: `Step ${count(step)}: ${title}` };
  });
}

function rows(all: readonly Row[]): ChartView['legend'] {
  return (cursor) => all.map((row) => row(cursor));
}

function curveRow(
  { label, colour, dash, side }: CurveSpec,
  { points, smoothed }: CurveData,
  unit: MetricUnit,
  { range, since }: Stretch,
): Row {
  // A second axis is there for a share.
  const say = (value: number | undefined): string => legendValue(value, side === 'right' ? 'share' : unit);
  const extent = extentOf(points.steps, points.min, points.max, { range, since });
  const [min, max] = [say(extent.min), say(extent.max)];
  return (cursor) => {
    const index = cursor === null ? lastInView(points.steps, range) : nearest(points.steps, cursor);
    const [value, average] = [say(points.mean[index]), say(smoothed[index])];
    return { label, colour, dash, isBand: false, value, smoothed: average, min, max, since };
  };
}

function bandOf(
  spec: ChartSpec,
  { store, range, smoothing, map, changes }: ChartSource,
): { readonly bands: readonly Band[]; readonly row: Row } | null {
  const { band: wanted, curves, unit } = spec;
  const [main] = curves;
  if (wanted === null || main === undefined) return null;
  const raw = { ...smoothing, weight: 0 };
  const one = wanted.kind === 'spread' ? wanted.of : wanted.low;
  const other = wanted.kind === 'spread' ? wanted.spread : wanted.high;
  // A spread is an average and smoothed with its curve; the shortest and the longest are themselves or nothing.
  const breaks = breaksOf(main.metric, changes);
  const a = curveData(store, one, range, wanted.kind === 'spread' ? smoothing : raw, breaks);
  const b = curveData(store, other, range, wanted.kind === 'spread' ? smoothing : raw, breaks);
  if (a === null || b === null || b.points.length === 0) return null;
  const steps: number[] = [];
  const low: number[] = [];
  const high: number[] = [];
  // Both have a value at nearly every step; where one has none, the room between is left to its neighbours.
  for (let i = 0, j = 0; i < a.points.length && j < b.points.length;) {
    const [stepA, stepB] = [a.points.steps[i] ?? 0, b.points.steps[j] ?? 0];
    if (stepA === stepB) {
      const [x, y] = [a.smoothed[i] ?? 0, b.smoothed[j] ?? 0];
      steps.push(stepA);
      low.push(wanted.kind === 'spread' ? x - y : (a.points.min[i] ?? 0));
      high.push(wanted.kind === 'spread' ? x + y : (b.points.max[j] ?? 0));
    }
    if (stepA <= stepB) i++;
    if (stepB <= stepA) j++;
  }
  if (steps.length === 0) return null;
  const { colour, side } = main;
  const say = (value: number | undefined): string => legendValue(value, unit);
  const fixed = { label: wanted.label, colour, dash: 'solid', isBand: true, ...NO_EXTENT } as const;
  return {
    bands: cutBand(
      { colour, side, x: steps.map((step) => map.toX(step)), low, high, opacity: BAND_OPACITY },
      gapsAt(breaks, a.points.stepsPerPoint, map),
    ),
    row: (cursor) => {
      const at = cursor === null ? lastInView(steps, range) : nearest(steps, cursor);
      const spread = b.points.mean[nearest(b.points.steps, steps[at] ?? 0)];
      return { ...fixed, value: wanted.kind === 'spread' ? `± ${say(spread)}` : `${say(low[at])} to ${say(high[at])}` };
    },
  };
}

function evaluationView(spec: ChartSpec, { evaluations, map, range, changes }: ChartSource): ChartView {
  const breaks = breaksOf('eval/accuracy', changes);
  const gaps = gapsAt(breaks, 1, map);
  const stretch = stretchOf(breaks, range);
  const held = evaluations.filter(({ split }) => split === 'validation');
  const test = evaluations.filter(({ split }) => split === 'test');
  // Measured by other code, it says nothing of what comes after the change.
  const before = gaps.length === 0 ? held.find(({ step }) => step === 0) : undefined;
  const parts = [
    evaluationCurve(held, 'Accuracy, 95 % interval', 'blue', 'solid', map, stretch),
    evaluationCurve(lenientEvaluations(held), 'Lenient: last number, any form', 'purple', 'dotted', map, stretch),
    evaluationCurve(test, 'Test split', 'orange', 'dashed', map, stretch),
  ].filter((part) => part !== null);
  const levels: Level[] =
    before === undefined ? [] : [{ y: before.accuracy.value, colour: 'foreground', side: 'left', dash: 'dashed' }];
  const baseline: Row[] =
    before === undefined
      ? []
      : [
          () => ({
            ...{ label: 'Before training', colour: 'foreground', dash: 'dashed', isBand: false },
            ...{ value: percent(before.accuracy.value), ...NO_EXTENT },
          }),
        ];
  return {
    content: {
      lines: parts.flatMap(({ line }) => cutLine(line, gaps)),
      bands: parts.flatMap(({ band }) => (band === undefined ? [] : cutBand(band, gaps))),
      whiskers: parts.flatMap(({ whiskers }) => whiskers ?? []),
      levels,
      rules: rulesOf(spec, changes, map),
    },
    legend: rows([...parts.map(({ row }) => row), ...baseline]),
  };
}

function evaluationCurve(
  evaluations: readonly EvaluationSummary[],
  label: string,
  colour: Colour,
  dash: Dash,
  map: StepMap,
  { range, since }: Stretch,
): { readonly line: Line; readonly band?: Band; readonly whiskers?: Whiskers; readonly row: Row } | null {
  if (evaluations.length === 0) return null;
  const steps = evaluations.map(({ step }) => step);
  const values = evaluations.map(({ accuracy }) => accuracy.value);
  const low = evaluations.map(({ accuracy }) => accuracy.low);
  const high = evaluations.map(({ accuracy }) => accuracy.high);
  const shared = { colour, side: 'left', x: steps.map((step) => map.toX(step)) } as const;
  const few = evaluations.length <= MAX_WHISKERS;
  const extent = extentOf(steps, values, values, { range, since });
  const [min, max] = [extent.min, extent.max].map((value) => legendValue(value, 'share'));
  return {
    line: { ...shared, y: values, dash, width: MAIN_WIDTH, opacity: 1, dots: few },
    ...(few ? { whiskers: { ...shared, low, high } } : { band: { ...shared, low, high, opacity: BAND_OPACITY } }),
    row: (cursor) => {
      const index = cursor === null ? lastInView(steps, range) : nearest(steps, cursor);
      if (index < 0) return { label, colour, dash, isBand: false, value: '', ...NO_EXTENT };
      const interval = [low[index], high[index]].map((share) => (100 * (share ?? 0)).toFixed(1)).join(' to ');
      const value = `${percent(values[index] ?? 0)} (${interval})`;
      return { label, colour, dash, isBand: false, value, smoothed: '', min: min ?? '', max: max ?? '', since };
    },
  };
}

/** Of the last point that is not beyond what is looked at; -1 where there is none. */
function lastInView(steps: readonly number[], range: StepRange | null): number {
  return (range === null ? steps.length : firstAtLeast(steps, range.to + 1)) - 1;
}

/** Without the unit where the title of the chart says it. */
function legendValue(value: number | undefined, unit: MetricUnit): string {
  if (value === undefined || !Number.isFinite(value)) return '';
  return unit === 'share' ? percent(value) : measure(value);
}
