/** What the tried steps and evaluations say of whole ones, in one kind of seconds. */
import { middle, type SampledCosts } from '../../analysis/forecast/expectedTime.ts';
import type { Estimate } from '../../protocol/metrics.ts';
import type { Lap } from '../resources.ts';
import type { DecodeWidth } from './rows.ts';
import type { Tried, TriedStep } from './tried.ts';

export interface WholeRun {
  readonly problemsPerStep: number;
  /** Completions of a group. */
  readonly groupSize: number;
  /** Completions of each held-out problem. */
  readonly samples: number;
  readonly validation: number;
  readonly test: number;
  readonly width: DecodeWidth;
}

export type Kind = 'seconds' | 'cpuSeconds';

/** null where that kind of seconds is not known here. */
export function sampledCosts(tried: Tried, run: WholeRun, kind: Kind): SampledCosts | null {
  if (tried.opening[kind] === null) return null;
  const of = (lap: Lap | undefined): number => lap?.[kind] ?? 0;
  const [warm, ...others] = tried.steps;
  const settled = settledSteps(others);
  const last = settled.at(-1);
  const scale = (step: TriedStep): number => run.problemsPerStep / step.problems;
  const sampling = settled.map((step) => of(step.sampling) * scale(step));
  const updating = settled.map((step) => of(step.updating) * scale(step));
  const perProblem = (middle(sampling) + middle(updating)) / run.problemsPerStep;
  // What the first calls took beyond what later ones do: sessions are made, code is compiled.
  const extra = others
    .slice(0, others.length - settled.length)
    .concat(warm ?? [])
    .reduce((sum, step) => sum + Math.max(0, of(step.sampling) + of(step.updating) - perProblem * step.problems), 0);
  const held = heldOutCost(tried, run, of);
  return {
    start: of(tried.opening) + extra,
    firstEvaluation: estimate(held.first),
    evaluation: estimate((exponent) => held.each(exponent) * run.validation),
    test: estimate((exponent) => held.each(exponent) * run.test),
    save: of(tried.saving ?? undefined),
    sampling,
    updating,
    widening:
      last === undefined
        ? 1
        : run.width(run.problemsPerStep, run.groupSize).rows / run.width(last.problems, run.groupSize).rows,
  };
}

/** The later half of the steps behind the first: a program is quicker when it has run for a while. */
function settledSteps(steps: readonly TriedStep[]): readonly TriedStep[] {
  return steps.slice(Math.floor(steps.length / 2));
}

interface HeldOutCost {
  /** Of all of them before the first step. */
  readonly first: (exponent: number) => number;
  /** Of each later. */
  readonly each: (exponent: number) => number;
}

/** As functions of how decoding more rows at once pays: 0 where it takes as much longer, 1 where it takes no longer. */
function heldOutCost(
  { heldOutFirst, heldOut }: Tried,
  { validation, samples, width }: WholeRun,
  of: (lap: Lap | undefined) => number,
): HeldOutCost {
  if (heldOut === null || heldOutFirst === null) return { first: () => 0, each: () => 0 };
  const widening = width(validation, samples).rows / width(heldOut.problems, samples).rows;
  const each = (exponent: number): number => of(heldOut.lap) / heldOut.problems / widening ** exponent;
  const others = Math.max(0, validation - heldOutFirst.problems);
  return { first: (exponent) => of(heldOutFirst.lap) + each(exponent) * others, each };
}

/** Half way, with both as bounds. */
function estimate(cost: (exponent: number) => number): Estimate {
  return { value: cost(0.5), low: cost(1), high: cost(0) };
}
