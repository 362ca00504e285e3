/** From what was tried to what is expected. */
import { spent } from '../../analysis/cost/spent.ts';
import { expectedMemory } from '../../analysis/forecast/expectedMemory.ts';
import { expectedTime, type ExpectedTime } from '../../analysis/forecast/expectedTime.ts';
import { sampledSignal, signalShare } from '../../analysis/forecast/sampledSignal.ts';
import { scheduleOf } from '../../analysis/forecast/schedule.ts';
import type { CostConfig, Experiment } from '../../protocol/experiment.ts';
import type { Forecast, ForecastTime } from '../../protocol/forecast.ts';
import type { Estimate } from '../../protocol/metrics.ts';
import type { DecodeWidth } from './rows.ts';
import { sampledCosts, type Kind, type WholeRun } from './sampledCosts.ts';
import type { Tried } from './tried.ts';

export interface ForecastFacts {
  readonly experiment: Experiment;
  readonly fingerprint: string;
  /** Problems of each part. */
  readonly validation: number;
  readonly test: number;
  readonly width: DecodeWidth;
  /** Tokens of the longest row that can come. */
  readonly longestRow: number;
  readonly availableBytes: number;
  /** That the sample took. */
  readonly seconds: number;
}

export function forecastOf(tried: Tried, facts: ForecastFacts): Forecast {
  const { experiment, fingerprint, availableBytes } = facts;
  const { training, rollout, seed } = experiment;
  const groups = tried.steps.flatMap((step) => step.groups);
  const signal =
    groups.length === 0
      ? null
      : sampledSignal(groups, {
          groupSize: rollout.groupSize,
          maxCompletionLength: rollout.maxCompletionLength,
          seed,
        });
  const share = signal && signalShare(groups, signal);
  const expected = (kind: Kind): ExpectedTime | null => {
    const costs = sampledCosts(tried, wholeRun(facts), kind);
    return costs && expectedTime(costs, share, scheduleOf(experiment));
  };
  const clock = expected('seconds');
  if (clock === null) throw new Error('the clock did not say how long the sample took');
  const processors = expected('cpuSeconds');
  const both = (of: (time: ExpectedTime) => Estimate): ForecastTime => ({
    seconds: of(clock),
    cpuSeconds: processors && of(processors),
  });
  const test = facts.test === 0 || tried.heldOut === null ? null : both((time) => time.test);
  const total = both((time) => time.total);
  return {
    version: 1,
    fingerprint,
    seed,
    steps: training.steps,
    groupSize: rollout.groupSize,
    sample: {
      problems: groups.length,
      completions: groups.reduce((sum, { lengths }) => sum + lengths.length, 0),
      wholeSteps: tried.steps.at(-1)?.problems === training.problemsPerStep,
      heldOut: tried.heldOut?.problems ?? 0,
      seconds: facts.seconds,
    },
    signal,
    step: signal && both((time) => time.step),
    total,
    parts: clock.parts,
    test,
    peakBytes: peak(tried, facts),
    availableBytes,
    cost: experiment.cost === undefined ? null : cost(total.seconds, test?.seconds ?? null, experiment.cost),
  };
}

function wholeRun({ experiment, validation, test, width }: ForecastFacts): WholeRun {
  const { training, rollout, evaluation } = experiment;
  return {
    problemsPerStep: training.problemsPerStep,
    groupSize: rollout.groupSize,
    samples: evaluation.samples,
    ...{ validation, test, width },
  };
}

function peak(tried: Tried, facts: ForecastFacts): Estimate | null {
  const { experiment, validation, width, longestRow } = facts;
  const { training, rollout, evaluation } = experiment;
  const laps = [
    tried.opening,
    ...(tried.heldOutFirst === null ? [] : [tried.heldOutFirst.lap]),
    ...tried.steps.flatMap(({ sampling, updating }) => [sampling, updating]),
    ...(tried.heldOut === null ? [] : [tried.heldOut.lap]),
    ...(tried.saving === null ? [] : [tried.saving]),
  ];
  const peakBytes = Math.max(...laps.map((lap) => lap.peakBytes ?? NaN));
  if (Number.isNaN(peakBytes)) return null;
  const mostCacheBytes = Math.max(
    training.steps === 0 ? 0 : width(training.problemsPerStep, rollout.groupSize).bytes,
    tried.heldOut === null ? 0 : width(validation, evaluation.samples).bytes,
  );
  const triedCacheBytes = Math.max(
    ...tried.steps.map(({ problems }) => width(problems, rollout.groupSize).bytes),
    width(tried.heldOut?.problems ?? 0, evaluation.samples).bytes,
  );
  const updatedAtOnce = (problems: number): number =>
    Math.min(training.microBatch, Math.ceil((problems * rollout.groupSize) / training.miniBatches));
  const updatesTried = Math.max(...tried.steps.map(({ problems }) => updatedAtOnce(problems)));
  const longestTried = Math.max(1, ...tried.steps.map((step) => step.longestRow));
  return expectedMemory(
    {
      peakBytes,
      updateBytes: tried.steps.reduce(
        (sum, { sampling, updating }) => sum + (updating.peakBytes ?? 0) - (sampling.peakBytes ?? 0),
        0,
      ),
      widerUpdates: tried.steps.length === 0 ? 1 : updatedAtOnce(training.problemsPerStep) / updatesTried,
      processes: tried.processes,
      moreCacheBytes: Math.max(0, mostCacheBytes - triedCacheBytes),
      longerRows: Math.max(1, longestRow / longestTried),
    },
    training.steps,
  );
}

function cost(total: Estimate, test: Estimate | null, prices: CostConfig): Forecast['cost'] {
  const at = (end: keyof Estimate) => spent(total[end] + (test?.[end] ?? 0), prices);
  const [value, low, high] = [at('value'), at('low'), at('high')];
  const range = (of: (amount: typeof value) => number | null): Estimate | null => {
    const [middle, least, most] = [of(value), of(low), of(high)];
    return middle === null || least === null || most === null ? null : { value: middle, low: least, high: most };
  };
  return {
    kilowattHours: range(({ kilowattHours }) => kilowattHours),
    money: range(({ money }) => money),
    currency: prices.currency ?? null,
  };
}
