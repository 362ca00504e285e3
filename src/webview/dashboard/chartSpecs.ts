/** Which charts a run has: the four that say whether it learns, and under "More" everything else that it records. */
import { metricName, metricUnit, type MetricUnit } from '../../engine/words/metrics.ts';
import { taskMetric } from '../../engine/words/taskMetrics.ts';
import type { Colour, Dash, Side } from '../chart/content.ts';
import { looksOf } from '../chart/content.ts';

export interface CurveSpec {
  readonly metric: string;
  readonly label: string;
  readonly side: Side;
  readonly colour: Colour;
  readonly dash: Dash;
  /** What the chart is about is drawn thicker than its parts. */
  readonly main: boolean;
}

/** Room around or between curves. */
export type BandSpec =
  /** `of` minus and plus `spread`. */
  | { readonly kind: 'spread'; readonly of: string; readonly spread: string; readonly label: string }
  | { readonly kind: 'range'; readonly low: string; readonly high: string; readonly label: string };

export interface ChartSpec {
  /** Under this its zoom and axis are kept. */
  readonly id: string;
  readonly title: string;
  readonly unit: MetricUnit;
  readonly curves: readonly CurveSpec[];
  readonly band: BandSpec | null;
  /** The held-out accuracy with its intervals, from the evaluations. */
  readonly evaluations: boolean;
  /** Values that the left axis always shows. */
  readonly include: readonly number[];
  /** Metrics that the words below the chart are about. */
  readonly words: readonly string[];
  /** Measured so seldom that each point shows where. */
  readonly dots?: true;
}

export interface ChartSpecs {
  readonly first: readonly ChartSpec[];
  readonly more: readonly ChartSpec[];
}

/** All metrics that a chart draws. */
export function metricsOf({ curves, band }: ChartSpec): string[] {
  const bands = band === null ? [] : band.kind === 'spread' ? [band.of, band.spread] : [band.low, band.high];
  return [...new Set([...curves.map(({ metric }) => metric), ...bands])];
}

/** @param metrics that the run has; a chart whose metrics it does not have is left out, unless a run of this kind will have them */
export function chartSpecs(
  metrics: readonly string[],
  { method, rewards }: { readonly method: 'grpo' | 'sft'; readonly rewards: readonly string[] },
): ChartSpecs {
  const has = (metric: string): boolean => metrics.includes(metric);
  const first =
    method === 'sft'
      ? // Without a reward nothing says what is solved.
        [
          single('loss'),
          rewards.length > 0 ? accuracyChart() : single('grad_norm'),
          single('entropy'),
          single('learning_rate'),
        ]
      : [rewardChart(rewards, has), accuracyChart(), deadGroupsChart(), lengthChart()];
  const byTask = taskCharts(metrics);
  const ofTasks = byTask.filter(({ id }) => id === ACCURACY_BY_TASK);
  const known = KNOWN.filter((spec) => !first.some(({ id }) => id === spec.id)).flatMap((spec) => {
    const curves = spec.curves.filter(({ metric }) => has(metric));
    return curves.length === 0 ? [] : [{ ...spec, curves }];
  });
  const drawn = new Set([...first, ...known].flatMap(metricsOf).concat(NOT_DRAWN));
  const others = metrics.filter((metric) => !drawn.has(metric) && taskMetric(metric) === null).map(single);
  return {
    first: [...first, ...ofTasks],
    more: [...byTask.filter(({ id }) => id !== ACCURACY_BY_TASK), ...known, ...others],
  };
}

const ACCURACY_BY_TASK = 'tasks/eval/accuracy';

/** What is measured of each of several tasks: one chart for each metric, with a curve for each task. */
function taskCharts(metrics: readonly string[]): ChartSpec[] {
  const found = metrics.flatMap((name) => {
    const own = taskMetric(name);
    return own === null || INTERVALS.includes(own.metric) ? [] : [{ name, ...own }];
  });
  return [...new Set(found.map(({ metric }) => metric))].map((metric) => ({
    id: `tasks/${metric}`,
    title: `${metricName(metric)} by task`,
    unit: metricUnit(metric),
    curves: found
      .filter((own) => own.metric === metric)
      .map(({ name, task }, index) => ({ ...curve(name, index, false), label: task })),
    band: null,
    evaluations: false,
    include: [],
    words: [],
    ...(metric.startsWith('eval/') && { dots: true }),
  }));
}

/** Of several tasks in one chart they would hide each other. */
const INTERVALS = ['eval/accuracy_low', 'eval/accuracy_high'];
/** The numbers of an accuracy are one chart; tokens are an axis. */
const NOT_DRAWN = [...['eval/accuracy', ...INTERVALS, 'eval/lenient'], ...['num_tokens', 'reward_std']];

function rewardChart(rewards: readonly string[], has: (metric: string) => boolean): ChartSpec {
  // The mean of a single function is the reward itself, up to its weight.
  const parts = rewards.length > 1 ? rewards : [];
  // Runs of before the spread was recorded by group.
  const spread = has('reward_std') && !has('groups/reward_std') ? 'reward_std' : 'groups/reward_std';
  return {
    id: 'reward',
    title: 'Reward',
    unit: 'plain',
    curves: [
      curve('reward', 0, true),
      ...parts.map((name, index) => ({ ...curve(`rewards/${name}/mean`, index + 1, false), label: name })),
    ],
    band: {
      kind: 'spread',
      of: 'reward',
      spread,
      label: spread === 'reward_std' ? 'Spread of the batch' : 'Spread within groups',
    },
    evaluations: false,
    include: [],
    words: ['reward'],
  };
}

function accuracyChart(): ChartSpec {
  return {
    id: 'accuracy',
    title: 'Held-out accuracy',
    unit: 'share',
    curves: [],
    band: null,
    evaluations: true,
    include: [],
    words: ['eval/accuracy'],
  };
}

function deadGroupsChart(): ChartSpec {
  return {
    id: 'deadGroups',
    title: 'Dead groups',
    unit: 'share',
    curves: [
      curve('frac_reward_zero_std', 0, true),
      { ...curve('groups/all_wrong_frac', 0, false), colour: 'red' },
      { ...curve('groups/all_correct_frac', 0, false), colour: 'green' },
    ],
    band: null,
    evaluations: false,
    include: [0, 1],
    words: ['frac_reward_zero_std'],
  };
}

function lengthChart(): ChartSpec {
  return {
    id: 'length',
    title: 'Completion length',
    unit: 'tokens',
    curves: [
      { ...curve('completions/mean_length', 0, true), label: 'Mean' },
      {
        ...curve('completions/clipped_ratio', 1, false),
        label: 'Truncated',
        side: 'right',
        dash: 'dashed',
      },
    ],
    band: {
      kind: 'range',
      low: 'completions/min_length',
      high: 'completions/max_length',
      label: 'Shortest to longest',
    },
    evaluations: false,
    include: [0],
    words: ['completions/mean_length'],
  };
}

/** In the order in which they are looked at. */
const KNOWN: readonly ChartSpec[] = [
  single('kl'),
  single('entropy'),
  together('clipRatio', 'Clip ratios', [
    ['clip_ratio/region_mean', 'Either side'],
    ['clip_ratio/low_mean', 'Low'],
    ['clip_ratio/high_mean', 'High'],
    ['cispo_clip_ratio', 'Capped'],
  ]),
  single('grad_norm'),
  single('loss'),
  single('learning_rate'),
  together('throughput', 'Tokens per second', [
    ['throughput/rollout_tokens_per_s', 'Sampling'],
    ['throughput/train_tokens_per_s', 'Training'],
  ]),
  together('time', 'Time of a step', [
    ['step_time', 'All'],
    ['time/rollout_s', 'Sampling'],
    ['time/reward_s', 'Waiting for scores'],
    ['time/train_s', 'Updating'],
    ['time/eval_s', 'Evaluating'],
  ]),
  together('failures', 'Failed reward calls', [
    ['reward/error_rate', 'All'],
    ['reward/timeout_rate', 'Timed out'],
  ]),
];

/** A metric in a chart of its own. */
function single(metric: string): ChartSpec {
  return {
    id: metric,
    title: metricName(metric),
    unit: metricUnit(metric),
    curves: [curve(metric, 0, true)],
    band: null,
    evaluations: false,
    include: [],
    words: [metric],
  };
}

function together(id: string, title: string, curves: readonly (readonly [string, string])[]): ChartSpec {
  return {
    id,
    title,
    unit: metricUnit(curves[0]?.[0] ?? ''),
    curves: curves.map(([metric, label], index) => ({ ...curve(metric, index, index === 0), label })),
    band: null,
    evaluations: false,
    include: [0],
    words: curves.slice(0, 1).map(([metric]) => metric),
  };
}

function curve(metric: string, index: number, main: boolean): CurveSpec {
  return { metric, label: metricName(metric), side: 'left', main, ...looksOf(index) };
}
