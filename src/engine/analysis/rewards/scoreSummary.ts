/** What a reward function says of many completions, in a line and in a few bars. */
import { count, measure, plural } from '../../words/format.ts';

export interface ScoreSummary {
  /** Completions with a value. */
  readonly scored: number;
  /** null where nothing has a value. */
  readonly mean: number | null;
  /** Those of value 1, which counts as solved everywhere. */
  readonly passed: number;
  readonly errors: number;
  /** Ascending: every value where there are few, else ranges of equal width. */
  readonly bars: readonly Bar[];
}

export interface Bar {
  /** Smallest and largest value in it. */
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** More different values than these are put into ranges. */
const MAX_BARS = 8;

/** @param values NaN where the function failed or does not apply */
export function summarizeScores(values: Float64Array, errors: number): ScoreSummary {
  const present = values.filter((value) => !Number.isNaN(value)).sort();
  const sum = present.reduce((total, value) => total + value, 0);
  return {
    scored: present.length,
    mean: present.length === 0 ? null : sum / present.length,
    passed: present.filter((value) => value === 1).length,
    errors,
    bars: barsOf(present),
  };
}

/** @param ascending without NaN */
function barsOf(ascending: Float64Array): Bar[] {
  const distinct = [...new Set(ascending)];
  const [low = 0] = distinct;
  const high = distinct.at(-1) ?? 0;
  const many = distinct.length > MAX_BARS;
  const width = (high - low) / MAX_BARS;
  const barOf = (value: number): number =>
    many ? Math.min(MAX_BARS - 1, Math.floor((value - low) / width)) : distinct.indexOf(value);
  const bars: { from: number; to: number; count: number }[] = [];
  for (const value of ascending) {
    const index = barOf(value);
    const bar = (bars[index] ??= { from: value, to: value, count: 0 });
    bar.to = value;
    bar.count++;
  }
  // A range that nothing lies in is left out.
  return bars.flat();
}

/**
 * "0.34 mean · 31 % pass · 12 errors". The mean is of what has a value; the share that passes is of all that was judged, errors among it.
 * @param before the mean with which to compare; null for none
 */
export function summaryText({ scored, mean, passed, errors }: ScoreSummary, before: number | null = null): string {
  const failed = errors > 0 ? [plural(errors, 'error')] : [];
  if (mean === null) return failed[0] ?? 'no scores';
  const was = before === null ? '' : ` (was ${measure(before)})`;
  const share = Math.round((100 * passed) / (scored + errors));
  return [`${measure(mean)} mean${was}`, `${share} % pass`, ...failed].join(' · ');
}

/** The bars as lines of text: value, bar, number. */
export function barLines({ bars }: ScoreSummary): string[] {
  const most = Math.max(...bars.map((bar) => bar.count));
  const labels = bars.map(({ from, to }) => (from === to ? measure(from) : `${measure(from)} to ${measure(to)}`));
  const width = Math.max(...labels.map(({ length }) => length));
  return bars.map((bar, index) => {
    const blocks = '█'.repeat(Math.max(1, Math.round((MAX_BLOCKS * bar.count) / most)));
    return `${(labels[index] ?? '').padStart(width)}  ${blocks} ${count(bar.count)}`;
  });
}

/** Of the longest bar. */
const MAX_BLOCKS = 20;
