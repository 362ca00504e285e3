/** Runs that are made up, curve by curve, with the noise that batches and evaluations have: to see which of them raise an alarm. */
import type { WatchedCurve, WatchedRun } from '../../src/engine/analysis/hacking/watchedRun.ts';
import { wilson } from '../../src/engine/evaluation/wilson.ts';
import type { EvaluationSummary } from '../../src/engine/protocol/events.ts';
import { experimentSchema } from '../../src/engine/protocol/experiment.ts';
import { weightAt, type RewardWeight } from '../../src/engine/protocol/rewardWeights.ts';

/** From 0 at the beginning of the run to 1 at its end. */
type OverTime = (time: number) => number;

export interface Simulation {
  readonly seed: number;
  readonly steps: number;
  readonly every: number;
  /** Held-out problems. */
  readonly problems: number;
  /** The share of held-out problems that are solved. */
  readonly accuracy: OverTime;
  /** Means of the two reward functions, of the length in tokens, and of the share of repeated completions. */
  readonly correct: OverTime;
  readonly format: OverTime;
  readonly length: OverTime;
  readonly duplicates: OverTime;
  /** Of the second function; half of the first's unless given. */
  readonly formatWeight?: RewardWeight;
}

/** Completions in a batch: what a mean over it is uncertain by. */
const BATCH = 64;
/** Of a problem, how far an update moves it, in the units of the shares. */
const WANDER = 0.05;

export function simulatedRun(simulation: Simulation): WatchedRun {
  const { steps, every, problems, formatWeight = 0.5 } = simulation;
  const noise = generator(simulation.seed);
  const column = (of: OverTime, spread: (mean: number) => number): number[] =>
    Array.from({ length: steps }, (_, index) => {
      const mean = of((index + 1) / steps);
      return mean + normal(noise) * (spread(mean) / Math.sqrt(BATCH));
    });
  const share = (mean: number): number => Math.sqrt(Math.max(0.01, mean * (1 - mean)));
  const correct = column(simulation.correct, share);
  const format = column(simulation.format, share);
  const curves = new Map<string, number[]>([
    ['rewards/correct/mean', correct],
    ['rewards/format/mean', format],
    ['reward', correct.map((value, index) => value + weightAt(formatWeight, index + 1) * (format[index] ?? 0))],
    ['completions/mean_length', column(simulation.length, (mean) => mean / 2)],
    ['completions/duplicate_frac', column(simulation.duplicates, share)],
  ]);
  const stepColumn = Float64Array.from({ length: steps }, (_, index) => index + 1);
  // Greedy answers: a problem is solved while it is easier than the policy is good, and both wander a little.
  const difficulty = Array.from({ length: problems }, () => noise());
  const solved = new Map<number, ReadonlyMap<number, number>>();
  const evaluations: EvaluationSummary[] = [];
  for (let step = 0; step <= steps; step += every) {
    const skill = simulation.accuracy(step / steps);
    const right = difficulty.map((hard) => (hard + WANDER * normal(noise) < skill ? 1 : 0));
    const correctOnes = right.reduce<number>((sum, one) => sum + one, 0);
    solved.set(step, new Map(right.map((one, problem) => [problem, one])));
    const accuracy = wilson(correctOnes, problems);
    evaluations.push({ step, split: 'validation', problems, samples: 1, correct: correctOnes, accuracy });
  }
  return {
    experiment: experimentSchema.parse({
      model: 'model',
      dataset: { source: 'train.jsonl' },
      rewards: [{ function: 'correct' }, { function: 'format', weight: formatWeight }],
      training: { steps },
    }),
    evaluations,
    codeChanges: [],
    curve: (metric): WatchedCurve | null => {
      const mean = curves.get(metric);
      return mean === undefined ? null : { steps: stepColumn, mean };
    },
    shares: ({ step }) => solved.get(step) ?? new Map<number, number>(),
  };
}

/** From one value to another, evenly, between two times. */
export function ramp(first: number, last: number, from = 0, to = 1): OverTime {
  return (time) => first + (last - first) * Math.min(1, Math.max(0, (time - from) / (to - from)));
}

/** mulberry32. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Box and Muller's. */
function normal(uniform: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}
