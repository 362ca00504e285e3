/** A forecast in words. */
import type { Forecast, ForecastTime } from '../../protocol/forecast.ts';
import type { Estimate } from '../../protocol/metrics.ts';
import { bytes, count, duration, measure, percent, plural } from '../../words/format.ts';
import { amount } from '../cost/costWords.ts';
import { ADVANTAGE_HALF_LIFE } from './expectedTime.ts';

/** One thing that is expected. */
export interface ForecastRow {
  readonly name: string;
  readonly expected: string;
}

/** `1 min 05 s [58 s, 1 min 20 s]`. */
export function rangeWords({ value, low, high }: Estimate, words: (value: number) => string): string {
  return `${words(value)} [${words(low)}, ${words(high)}]`;
}

export function cpuWords(seconds: number): string {
  return `${measure(seconds)} CPU-s`;
}

export function forecastRows(forecast: Forecast): ForecastRow[] {
  const { signal, step, total, test, peakBytes, cost } = forecast;
  return [
    ...(signal === null
      ? []
      : [
          { name: 'Groups with an advantage', expected: rangeWords(signal.advantage, percent) },
          { name: 'Truncated completions', expected: rangeWords(signal.truncated, percent) },
          { name: 'Completion length', expected: `${rangeWords(signal.completionLength, measure)} tokens` },
        ]),
    ...(step === null ? [] : timeRows('Time of a step', step)),
    ...timeRows('Time in all', total),
    ...(test === null ? [] : timeRows('Test part, after that', test)),
    { name: 'Memory', expected: peakBytes === null ? UNKNOWN : rangeWords(peakBytes, bytes) },
    ...costRows(cost),
  ];
}

/** A row in its own place says that it is missing, and why. */
const UNKNOWN = 'not known on this system';

function timeRows(name: string, { seconds, cpuSeconds }: ForecastTime): ForecastRow[] {
  return [
    { name, expected: rangeWords(seconds, duration) },
    { name: '  of processors', expected: cpuSeconds === null ? UNKNOWN : rangeWords(cpuSeconds, cpuWords) },
  ];
}

function costRows(cost: Forecast['cost']): ForecastRow[] {
  if (cost === null) return [];
  const { kilowattHours, money, currency } = cost;
  return [
    ...(kilowattHours === null ? [] : [{ name: 'Energy', expected: `${rangeWords(kilowattHours, measure)} kWh` }]),
    ...(money === null
      ? []
      : [{ name: 'Cost', expected: rangeWords(money, (value) => amount(value, currency ?? undefined)) }]),
  ];
}

/** What was tried. */
export function sampleSentence({ sample: { problems, completions, heldOut, seconds } }: Forecast): string {
  const tried = [
    ...(problems === 0 ? [] : [`${plural(completions, 'completion')} of ${plural(problems, 'problem')}`]),
    ...(heldOut === 0 ? [] : [plural(heldOut, 'held-out problem')]),
  ];
  return `Tried ${tried.length === 0 ? 'nothing but the start' : tried.join(' and ')}, in ${duration(seconds)}.`;
}

/** What the numbers rest on, and what they leave out. */
export function forecastNotes(forecast: Forecast): string[] {
  const { signal, sample, parts, steps } = forecast;
  const whole = parts.start + parts.steps + parts.evaluations + parts.saving;
  const shares = [
    ['starting', parts.start],
    [plural(steps, 'step'), parts.steps],
    ['evaluating', parts.evaluations],
    ['saving', parts.saving],
  ] as const;
  const named = shares.filter(([, seconds]) => seconds >= 0.005 * whole);
  return [
    ...(whole > 0
      ? [`Of the time: ${named.map(([name, seconds]) => `${name} ${percent(seconds / whole)}`).join(', ')}.`]
      : []),
    ...(signal === null
      ? []
      : [
          'The sample is of the untrained policy. Lengths and the share of groups with an advantage change while it learns: the time in all ' +
            `takes half of these groups to be lost every ${ADVANTAGE_HALF_LIFE} steps, its upper end that none is, its lower end that it goes three times as fast.`,
        ]),
    ...(sample.wholeSteps || signal === null
      ? []
      : [
          'A part of a step was tried, and the rest reckoned from it: times are less certain than that of a whole one.',
        ]),
  ];
}

/** Groups without an advantage, by cause: `13 all right, 4 all wrong`. */
export function causeCounts(causes: readonly { readonly name: string; readonly count: number }[]): string {
  return causes.map(({ name, count: groups }) => `${count(groups)} ${name}`).join(', ');
}
