/** What a run was expected to be like, and what it was. */
import type { Experiment } from '../../protocol/experiment.ts';
import { forecastSchema, type Forecast } from '../../protocol/forecast.ts';
import type { Estimate, Metrics } from '../../protocol/metrics.ts';
import { isPutAside } from '../../protocol/screening.ts';
import { FORECAST_FILE } from '../../run/layout.ts';
import type { RunReader } from '../../run/reader.ts';
import { readTrainingGroups } from '../../run/signal/trainingGroups.ts';
import { bytes, duration, measure, percent } from '../../words/format.ts';
import { mean } from '../../evaluation/moments.ts';
import { readKeptFile } from '../keptFiles.ts';
import { isDead } from '../signal/causes.ts';
import { cpuWords, rangeWords } from './forecastWords.ts';

export interface ForecastAgainstFact {
  readonly name: string;
  readonly expected: Estimate;
  /** What was; null where that is not known, or not yet. */
  readonly fact: number | null;
  readonly words: (value: number) => string;
}

/** The forecast is of the untrained policy; so many steps are held against it, after which a small model has learned already. */
const FIRST_STEPS = 5;

/** The forecast that lies beside a run; null where there is none that can be read. */
export function readForecast(runDir: string): Forecast | null {
  const text = readKeptFile(runDir, FORECAST_FILE);
  if (text === null) return null;
  try {
    return forecastSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** null where the run has no forecast, or no step yet that could be held against it. */
export function againstFact(reader: RunReader): readonly ForecastAgainstFact[] | null {
  const forecast = readForecast(reader.dir);
  if (forecast === null) return null;
  return reader.snapshot(() => {
    const { lastStep, status } = reader.state();
    if (lastStep === null) return null;
    const whole = status === 'finished' && lastStep >= forecast.steps;
    const count = Math.min(FIRST_STEPS, lastStep);
    const experiment = reader.experiment();
    const first = Array.from({ length: count }, (_, index) => firstStep(reader, index + 1, experiment));
    return heldAgainst(forecast, { first, ...(whole ? { whole: totals(reader) } : {}), peakBytes: peakOf(reader) });
  });
}

/** One of the first steps. */
export interface FirstStep {
  readonly metrics: Metrics;
  /**
   * By whole group, those that dynamic sampling threw away among them: whether a completion has an advantage. Of what screening put aside
   * that is not known.
   */
  readonly alive: readonly boolean[];
  /** By completion of all groups that were drawn: whether it was cut off at the greatest length. */
  readonly truncated: readonly boolean[];
  /** Whether it did nothing that a forecast counts apart from its steps: preparing, evaluating, saving a checkpoint. */
  readonly usual: boolean;
}

function firstStep(reader: RunReader, step: number, experiment: Experiment): FirstStep {
  const { algorithm, checkpoint, training } = experiment;
  const metrics = reader.metrics(step);
  const groups = readTrainingGroups(reader, step).map(({ members }) => members);
  const saves = step % checkpoint.every === 0 || step === training.steps;
  return {
    metrics,
    alive: groups.filter(({ length }) => !isPutAside(length, experiment)).map((members) => !isDead(members, algorithm)),
    truncated: groups.flat().map(({ stopReason }) => stopReason === 'length'),
    usual: step > 1 && !saves && metrics['eval/accuracy'] === undefined,
  };
}

export interface RunFacts {
  readonly first: readonly FirstStep[];
  /** From the start to the last step, where it was reached; null where it is not known. */
  readonly whole?: { readonly seconds: number | null; readonly cpuSeconds: number | null };
  readonly peakBytes: number | null;
}

export function heldAgainst(forecast: Forecast, { first, whole, peakBytes }: RunFacts): ForecastAgainstFact[] {
  const { signal, step, total } = forecast;
  const average = (values: readonly (number | undefined)[]): number | null => {
    const known = values.filter((value) => value !== undefined);
    return known.length === 0 ? null : mean(known);
  };
  const share = (of: (step: FirstStep) => readonly boolean[]): number | null => average(first.flatMap(of).map(Number));
  const usual = first.filter((each) => each.usual).map(({ metrics }) => metrics);
  const rows: (ForecastAgainstFact | null)[] = [
    signal && {
      name: 'Groups with an advantage, first steps',
      expected: signal.advantage,
      fact: share(({ alive }) => alive),
      words: percent,
    },
    signal && {
      name: 'Truncated completions, first steps',
      expected: signal.truncated,
      fact: share(({ truncated }) => truncated),
      words: percent,
    },
    signal && {
      name: 'Completion length in tokens, first steps',
      expected: signal.completionLength,
      fact: average(first.map(lengthOf)),
      words: measure,
    },
    step && {
      name: 'Time of a step, first steps',
      expected: step.seconds,
      fact: average(usual.map(({ step_time: seconds }) => seconds)),
      words: duration,
    },
    step?.cpuSeconds
      ? {
          name: 'Processor time of a step, first steps',
          expected: step.cpuSeconds,
          fact: average(usual.map((metrics) => metrics['time/cpu_s'])),
          words: cpuWords,
        }
      : null,
    { name: 'Time in all', expected: total.seconds, fact: whole?.seconds ?? null, words: duration },
    total.cpuSeconds && {
      name: 'Processor time in all',
      expected: total.cpuSeconds,
      fact: whole?.cpuSeconds ?? null,
      words: cpuWords,
    },
    forecast.peakBytes && { name: 'Memory', expected: forecast.peakBytes, fact: peakBytes, words: bytes },
  ];
  return rows.filter((row) => row !== null);
}

/** Of a completion in the mean, in tokens: of all that were sampled, where dynamic sampling threw some away. */
function lengthOf({ metrics, truncated: { length: completions } }: FirstStep): number | undefined {
  const generated = metrics['groups/generated_tokens'];
  return generated === undefined || completions === 0 ? metrics['completions/mean_length'] : generated / completions;
}

function totals(reader: RunReader): NonNullable<RunFacts['whole']> {
  const start = reader.metrics(0);
  const sum = (name: string): number => reader.series(name).mean.reduce((total, value) => total + value, 0);
  const known = start['time/start_s'];
  return {
    seconds: known === undefined ? null : known + sum('step_time'),
    // Step 0 is in this series.
    cpuSeconds: start['time/cpu_s'] === undefined ? null : sum('time/cpu_s'),
  };
}

/** What memory is recorded in. */
const GIB = 2 ** 30;

/** In bytes. */
function peakOf(reader: RunReader): number | null {
  const { mean: values } = reader.series('memory/peak_gib');
  return values.length === 0 ? null : GIB * values.reduce((most, value) => Math.max(most, value), 0);
}

/** `Time in all: forecast 61 s [55 s, 1 min 10 s], took 1 min 04 s.` */
export function againstFactSentence({ name, expected, fact, words }: ForecastAgainstFact): string {
  const forecast = `${name}: forecast ${rangeWords(expected, words)}`;
  if (fact === null) return `${forecast}.`;
  const outside = fact < expected.low ? ', below the range' : fact > expected.high ? ', above the range' : '';
  return `${forecast}, was ${words(fact)}${outside}.`;
}

/** The one or two lines that stand beside what a run cost: of all of it once it is done, of its steps before that. */
export function forecastSummary(rows: readonly ForecastAgainstFact[]): string[] {
  const named = (...names: readonly string[]): string[] =>
    rows.filter(({ name, fact }) => names.includes(name) && fact !== null).map(againstFactSentence);
  const whole = named('Time in all', 'Processor time in all');
  return [...(whole.length > 0 ? whole : named('Time of a step, first steps')), ...named('Memory')];
}
