/** How much better one recipe is than another, of which each was trained with a few seeds. */
import { mean, variance } from './moments.ts';
import { pairedVariance, type TestedChange } from './pairedChange.ts';
import { studentQuantile, studentTail } from './student.ts';

/** For each seed, one value from 0 to 1 per problem; the same problems in the same order for all. */
export type SeedResults = readonly (readonly number[])[];

export interface RecipeChange extends TestedChange {
  /** Degrees of freedom of the interval. */
  readonly freedom: number;
  /** What other seeds, and other problems, would move the difference by: variances of it. */
  readonly variances: { readonly seeds: number; readonly problems: number };
}

/** Fewer say nothing of how far apart seeds are. */
const LEAST_SEEDS = 2;

/**
 * mean(after) - mean(before) over seeds and problems with its 95 % interval, about other seeds and other problems of the same kind.
 *
 * Seeds are within a recipe, and every run is asked the same problems: a split plot, crossed with problems. The variance of the
 * difference is
 *
 *     seeds + problems - noise
 *
 * where `seeds` is the variance between runs of a recipe over their number, summed over both; `problems` that of the difference of
 * each problem (averaged over seeds) over the number of problems; and `noise`, what is in both of them and would be counted twice,
 * the variance of a problem within a run after run and problem are taken out, over problems and runs (Obuchowski and Rockette,
 * "Hypothesis testing of diagnostic accuracy for multiple readers and multiple tests", 1995, as an analysis of variance). It is
 * never below `seeds`, nor below `problems`. The degrees of freedom are Satterthwaite's ("An approximate distribution of estimates
 * of variance components", Biometrics 1946), so that a few seeds give the wide interval that they deserve: with three of each, two to
 * four (compare Hillis, "A comparison of denominator degrees of freedom methods", Statistics in Medicine 2007).
 *
 * Both recipes need not be as spread: a control that does not train has hardly any spread.
 * @throws RangeError for fewer than two seeds of a recipe, no problems, or runs with different numbers of them
 */
export function recipeChange(before: SeedResults, after: SeedResults): RecipeChange {
  const problems = before[0]?.length ?? 0;
  if (before.length < LEAST_SEEDS || after.length < LEAST_SEEDS)
    throw new RangeError(`no interval from ${before.length} seeds before and ${after.length} after`);
  if (problems === 0 || ![...before, ...after].every(({ length }) => length === problems))
    throw new RangeError('seeds were not measured on the same problems');
  const [a, b] = [partsOf(before), partsOf(after)];
  const value = mean(b.problems) - mean(a.problems);
  const seeds = a.betweenRuns + b.betweenRuns;
  const ofProblems = pairedVariance(a.problems, b.problems);
  const total = Math.max(seeds + ofProblems - (a.noise + b.noise), seeds, ofProblems);
  const freedom =
    total ** 2 /
    (a.betweenRuns ** 2 / (before.length - 1) + b.betweenRuns ** 2 / (after.length - 1) + ofProblems ** 2 / problems);
  const error = Math.sqrt(total);
  const half = studentQuantile(freedom) * error;
  return {
    value,
    low: Math.max(-1, value - half),
    high: Math.min(1, value + half),
    pValue: studentTail(value / error, freedom),
    freedom,
    variances: { seeds: Math.max(0, total - ofProblems), problems: ofProblems },
  };
}

/** Of one recipe: its problems averaged over seeds, and variances of its mean. */
interface Parts {
  readonly problems: readonly number[];
  readonly betweenRuns: number;
  readonly noise: number;
}

function partsOf(runs: SeedResults): Parts {
  const seeds = runs.length;
  const runMeans = runs.map(mean);
  const problems = (runs[0] ?? []).map((_, problem) => mean(runs.map((run) => run[problem] ?? 0)));
  const count = problems.length;
  const whole = mean(runMeans);
  let squares = 0;
  for (const [index, run] of runs.entries()) {
    const ofRun = (runMeans[index] ?? 0) - whole;
    for (const [problem, value] of run.entries()) squares += (value - (problems[problem] ?? 0) - ofRun) ** 2;
  }
  const residual = count > 1 ? squares / ((seeds - 1) * (count - 1)) : 0;
  return { problems, betweenRuns: variance(runMeans) / seeds, noise: residual / (seeds * count) };
}
