/** What the tried steps and evaluations say of whole ones, in one kind of seconds. */
import { middle, type SampledCosts } from '../../analysis/forecast/expectedTime.ts';
import type { Lap } from '../resources.ts';
import type { Tried, TriedStep } from './tried.ts';

export interface WholeRun {
  readonly problemsPerStep: number;
  /** Completions of a group. */
  readonly groupSize: number;
  /** Completions of each held-out problem. */
  readonly samples: number;
  readonly validation: number;
  readonly test: number;
  /** How many of so many completions are decoded at once. */
  readonly width: (completions: number) => number;
}

export type Kind = 'seconds' | 'cpuSeconds';

/** null where that kind of seconds is not known here. */
export function sampledCosts(
  tried: Tried,
  run: WholeRun,
  kind: Kind,
): (SampledCosts & { readonly test: number }) | null {
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
    firstEvaluation: held.first,
    evaluation: held.each * run.validation,
    test: held.each * run.test,
    save: of(tried.saving ?? undefined),
    sampling,
    updating,
    widening:
      last === undefined
        ? 1
        : run.width(run.problemsPerStep * run.groupSize) / run.width(last.problems * run.groupSize),
  };
}

/** The later half of the steps behind the first: a program is quicker when it has run for a while. */
function settledSteps(steps: readonly TriedStep[]): readonly TriedStep[] {
  return steps.slice(Math.floor(steps.length / 2));
}

/** Of each held-out problem, and of all of them before the first step. */
function heldOutCost(
  { heldOutFirst, heldOut }: Tried,
  { validation, samples, width }: WholeRun,
  of: (lap: Lap | undefined) => number,
): { readonly first: number; readonly each: number } {
  if (heldOut === null || heldOutFirst === null) return { first: 0, each: 0 };
  // Between "as long as here for each step of decoding" and "in proportion to the rows" the middle, as a factor.
  const widening = width(validation * samples) / width(heldOut.problems * samples);
  const each = of(heldOut.lap) / heldOut.problems / Math.sqrt(widening);
  return { first: of(heldOutFirst.lap) + each * Math.max(0, validation - heldOutFirst.problems), each };
}
