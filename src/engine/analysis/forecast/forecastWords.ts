/** A forecast in words. */
import type { CurriculumConfig } from '../../protocol/curriculum.ts';
import type { Experiment } from '../../protocol/experiment.ts';
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
export function forecastNotes(forecast: Forecast, { curriculum }: Pick<Experiment, 'curriculum'>): string[] {
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
    ...(signal === null || curriculum === undefined ? [] : curriculumNotes(curriculum)),
  ];
}

/** A curriculum may go by what is known of the problems, and a sample is drawn as if nothing were. */
function curriculumNotes(curriculum: CurriculumConfig): string[] {
  switch (curriculum.by) {
    case 'column':
      return [];
    case 'adaptive':
      return [
        'The curriculum draws by what was solved before: from the second step on the run may have other problems than the sample.',
      ];
    case 'passRate': {
      const { samples, problems } = curriculum;
      const measured =
        problems === undefined ? 'every training problem' : `${plural(problems, 'problem')} of each task`;
      return [
        'The sample is of all problems, while the curriculum puts them in order by how often they are solved. Measuring that before the first step, ' +
          `${plural(samples, 'completion')} of ${measured}, is in no number here; it is done once for all runs that measure the same.`,
      ];
    }
  }
}

/** Groups without an advantage, by cause: `13 all right, 4 all wrong`. */
export function causeCounts(causes: readonly { readonly name: string; readonly count: number }[]): string {
  return causes.map(({ name, count: groups }) => `${count(groups)} ${name}`).join(', ');
}
