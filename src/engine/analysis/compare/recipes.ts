/** What can be said of recipes, beyond their runs: over seeds and problems. */
import { seedsNeeded } from '../../evaluation/power.ts';
import { recipeChange, type RecipeChange, type SeedResults } from '../../evaluation/recipeChange.ts';
import type { MeasureName, RecipeComparison } from '../../protocol/comparison.ts';
import { plural } from '../../words/format.ts';
import { inNumbersOf, measuredAtEnd, type HeldOutResults } from './heldOut.ts';
import { sharedProblems } from './paired.ts';
import { refusal, sharedEntries } from './pair.ts';
import { byRecipe } from './seedGroups.ts';
import { lastOfEachSeed } from './seedSpread.ts';
import type { Side } from './side.ts';
import { claim, LEAST_SEEDS, neededWords, onProblems, tooFewSeeds, verdictOf, type Family } from './verdict.ts';

/** Before it is said in words. */
export interface FoundRecipe {
  readonly a: readonly string[];
  readonly b: readonly string[];
  readonly of: MeasureName;
  /** Why nothing was found. */
  readonly refused: string | null;
  readonly change: RecipeChange | null;
  readonly problems: number;
  /** What to know before believing it; empty where there is nothing. */
  readonly caution: string;
}

/**
 * The baseline's recipe against each of the others that were measured in this way, by their runs that were trained to the end; of those
 * of which one at least was trained with several seeds, since of two runs there is no more to say than of the runs.
 */
export function findRecipes(of: MeasureName, runs: readonly Side[], baseline: Side): FoundRecipe[] {
  const recipes = byRecipe(runs.filter(({ milestones }) => measuredAtEnd(of, milestones))).map(lastOfEachSeed);
  const against = recipes.find(([first]) => first?.recipe === baseline.recipe) ?? [];
  return recipes
    .filter((other) => other !== against && Math.min(against.length, other.length) > 0)
    .filter((other) => Math.max(against.length, other.length) > 1)
    .map((other) => findRecipe(of, against, other));
}

function findRecipe(of: MeasureName, a: readonly Side[], b: readonly Side[]): FoundRecipe {
  const letters = { a: a.map(({ letter }) => letter), b: b.map(({ letter }) => letter) };
  const found = { ...letters, of, change: null, problems: 0, caution: '' };
  if (Math.min(a.length, b.length) < LEAST_SEEDS) return { ...found, refused: tooFewSeeds(a.length, b.length) };
  const together = measuredTogether(of, a, b);
  if ('refused' in together) return { ...found, refused: together.refused };
  return {
    ...found,
    refused: null,
    change: recipeChange(together.before, together.after),
    problems: together.problems,
    caution: selection(of, [...a, ...b]),
  };
}

/** What two recipes solved of the problems that all of their runs were asked. */
export interface MeasuredTogether {
  readonly problems: number;
  readonly before: SeedResults;
  readonly after: SeedResults;
}

/** Or why there is nothing that they can be compared by. */
export function measuredTogether(
  of: MeasureName,
  a: readonly Side[],
  b: readonly Side[],
): MeasuredTogether | { readonly refused: string } {
  const [first] = a;
  const unlike = b.find((side) => first !== undefined && refusal({ a: first, b: side }) !== null);
  if (unlike !== undefined) return { refused: 'what counts as solved differs' };
  const measured = [a, b].map((runs) => runs.flatMap((side) => resultsOf(of, side)));
  const like = measured.flat()[0] ?? {};
  const [before = [], after = []] = measured.map((runs) => runs.map((results) => inNumbersOf(results, like)));
  const problems = sharedProblems([...before, ...after]);
  if (problems.length === 0) return { refused: `their runs were measured on different problems${sameParts(a, b)}` };
  const shares = (results: readonly HeldOutResults[]): number[][] =>
    results.map((one) => problems.map((problem) => one.shares.get(problem) ?? 0));
  return { problems: problems.length, before: shares(before), after: shares(after) };
}

/** What to do about it; empty where they have no task of one name. */
function sameParts([a]: readonly Side[], [b]: readonly Side[]): string {
  const entries = a === undefined || b === undefined ? '' : sharedEntries({ a, b }, 'splitSeed');
  return entries === '' ? '' : `; give all the same ${entries}`;
}

/** The best of several is partly luck, which the interval knows nothing of. */
function selection(of: MeasureName, runs: readonly Side[]): string {
  if (of !== 'best' || runs.every(({ milestones: { evaluations } }) => evaluations < 2)) return '';
  return ' Each run is taken at its best, chosen after the fact on these same problems: both recipes are optimistic, the one with more tries the more.';
}

function resultsOf(of: MeasureName, side: Side): HeldOutResults[] {
  const evaluation = side.milestones[of];
  return evaluation === null ? [] : [side.results(evaluation)];
}

export function describeRecipe(found: FoundRecipe, family?: Family): RecipeComparison {
  const { a, b, of, refused, change, problems, caution } = found;
  const start = `The recipe of ${b.join(', ')} against that of ${a.join(', ')}`;
  if (change === null) return { a, b, of, result: null, verdict: null, sentence: `${start}: ${refused ?? ''}.` };
  const { value, low, high, pValue } = change;
  const difference = { value, low, high };
  const measured = { difference, problems, ...(family && { family }) };
  const needed = seedsNeeded(change, Math.min(a.length, b.length));
  const words = claim(measured, neededWords(needed, 'more seed of each', 'more seeds of each'));
  const over = `over ${a.length} and ${plural(b.length, 'seed')}, ${onProblems(problems)}`;
  return {
    a,
    b,
    of,
    result: { problems, difference, pValue },
    verdict: verdictOf(measured),
    sentence: `${start}, ${over}: ${words}.${caution}`,
  };
}
