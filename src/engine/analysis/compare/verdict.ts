/**
 * What a difference is called. The one place that says that something is better than something else: whatever a run, a checkpoint
 * or a recipe is compared with, and wherever it is shown, the words come from here.
 */
import { problemsNeeded, type Needed } from '../../evaluation/power.ts';
import type { Verdict } from '../../protocol/comparison.ts';
import type { Estimate } from '../../protocol/metrics.ts';
import { count, plural, points } from '../../words/format.ts';

/** Below this an interval means little: the problems may be of any kind. */
const FEW_PROBLEMS = 30;
const SIGNIFICANT = 0.05;

export interface Measured {
  /** With its 95 % interval, which excludes 0 exactly where the p-value of the comparison alone is below 0.05. */
  readonly difference: Estimate;
  readonly problems: number;
  /** Of several comparisons that are made at once; left out for one alone. */
  readonly family?: Family;
}

/** How a comparison stands among others that share its baseline. */
export interface Family {
  readonly comparisons: number;
  /** Corrected after Holm for all of them. */
  readonly pValue: number;
}

/** A difference is called one only where the interval excludes 0, also as one of several comparisons. */
export function verdictOf({ difference, problems, family }: Measured): Verdict {
  if (problems < FEW_PROBLEMS) return 'few';
  if (!excludesZero(difference) || (family?.pValue ?? 0) >= SIGNIFICANT) return 'none';
  return difference.low > 0 ? 'better' : 'worse';
}

/**
 * `better by 3.1 points [0.4, 5.9]`, `no detectable difference (+0.4 points [-2.1, +2.9]); 900 more problems would be needed to see
 * 2 points`: what stands after "B against A:".
 * @param needed what it would take to see a smaller difference, in words; of problems where it is left out
 */
export function claim(measured: Measured, needed = moreProblems(measured)): string {
  const { difference, problems, family } = measured;
  const among = family === undefined ? '' : ` among ${plural(family.comparisons, 'comparison')} (Holm)`;
  switch (verdictOf(measured)) {
    case 'better':
    case 'worse':
      return brief(measured) + (among && `, also${among}`);
    case 'few':
      return `${signed(difference)}, which means little with ${plural(problems, 'problem')}`;
    case 'none': {
      const lost = excludesZero(difference) ? ', which alone would be one' : '';
      return `no detectable difference${among} (${signed(difference)}${lost})${needed === '' ? '' : `; ${needed}`}`;
    }
  }
}

/** The same in a cell of a table: `better by 3.1 points [0.4, 5.9]`, `no detectable difference (+0.4)`. */
export function brief(measured: Measured): string {
  const { value, low, high } = measured.difference;
  switch (verdictOf(measured)) {
    case 'better':
      return `better by ${size(value)} points [${size(low)}, ${size(high)}]`;
    case 'worse':
      return `worse by ${size(-value)} points [${size(-high)}, ${size(-low)}]`;
    case 'few':
      return `${points(value)}, too few problems`;
    case 'none':
      return `no detectable difference (${points(value)})`;
  }
}

function moreProblems({ difference, problems }: Measured): string {
  return neededWords(problemsNeeded(difference, problems), 'more problem');
}

/** `900 more problems would be needed to see 2 points`; empty where there is nothing to say. */
export function neededWords(needed: Needed | null, one: string, many = `${one}s`): string {
  if (needed === null) return '';
  const { difference, more } = needed;
  const seen = 100 * difference;
  return `${plural(more, one, many)} would be needed to see ${seen === 1 ? '1 point' : `${seen} points`}`;
}

function signed({ value, low, high }: Estimate): string {
  return `${points(value)} points [${points(low)}, ${points(high)}]`;
}

function size(share: number): string {
  return points(share).slice(1);
}

function excludesZero({ low, high }: Estimate): boolean {
  return low > 0 || high < 0;
}

/** `on 200 problems` */
export function onProblems(problems: number): string {
  return `on ${plural(problems, 'problem')}`;
}

/** What one run says of its method. */
export const ONE_RUN = 'That is this run and not its method, of which three seeds or more would tell.';

/** Seeds of a recipe that it takes to speak of the recipe: of fewer one does not know how far apart seeds are. */
export const LEAST_SEEDS = 3;

/** For seeds too few to speak of recipes. */
export function tooFewSeeds(a: number, b: number): string {
  return `${count(a)} and ${plural(b, 'seed')} are too few to speak of recipes, it takes ${LEAST_SEEDS} of each`;
}
