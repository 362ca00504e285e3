/** What can be said of recipes, beyond their runs: over seeds and problems. */
import { seedsNeeded } from '../../evaluation/power.ts';
import { recipeChange, type RecipeChange } from '../../evaluation/recipeChange.ts';
import type { MeasureName, RecipeComparison } from '../../protocol/comparison.ts';
import { plural } from '../../words/format.ts';
import type { HeldOutResults } from './heldOut.ts';
import { sharedProblems } from './paired.ts';
import { refusal } from './pair.ts';
import { byRecipe } from './seedGroups.ts';
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
}

/**
 * The baseline's recipe against each of the others that were measured in this way; of those of which one at least was trained with
 * several seeds, since of two runs there is no more to say than of the runs.
 */
export function findRecipes(of: MeasureName, runs: readonly Side[], baseline: Side): FoundRecipe[] {
  const recipes = byRecipe(runs).map(oneForEachSeed(of));
  const against = recipes.find(([first]) => first?.recipe === baseline.recipe) ?? [];
  return recipes
    .filter((other) => other !== against && Math.min(against.length, other.length) > 0)
    .filter((other) => Math.max(against.length, other.length) > 1)
    .map((other) => findRecipe(of, against, other));
}

/** Of runs with the same seed the last: they are the same run, as far as machines agree. */
function oneForEachSeed(of: MeasureName): (runs: readonly Side[]) => Side[] {
  return (runs) => {
    const measured = runs.filter(({ milestones }) => milestones[of] !== null);
    return [...new Map(measured.map((run) => [run.seed, run])).values()];
  };
}

function findRecipe(of: MeasureName, a: readonly Side[], b: readonly Side[]): FoundRecipe {
  const letters = { a: a.map(({ letter }) => letter), b: b.map(({ letter }) => letter) };
  const found = { ...letters, of, change: null, problems: 0 };
  if (Math.min(a.length, b.length) < LEAST_SEEDS) return { ...found, refused: tooFewSeeds(a.length, b.length) };
  const [first] = a;
  const unlike = b.find((side) => first !== undefined && refusal({ a: first, b: side }) !== null);
  if (unlike !== undefined) return { ...found, refused: 'what counts as solved differs' };
  const [before, after] = [a, b].map((runs) => runs.flatMap((side) => resultsOf(of, side)));
  const problems = sharedProblems([...(before ?? []), ...(after ?? [])]);
  if (problems.length === 0)
    return { ...found, refused: 'their runs were measured on different problems; give all the same dataset.splitSeed' };
  const shares = (results: readonly HeldOutResults[] = []): number[][] =>
    results.map((one) => problems.map((problem) => one.shares.get(problem) ?? 0));
  return { ...found, refused: null, change: recipeChange(shares(before), shares(after)), problems: problems.length };
}

function resultsOf(of: MeasureName, side: Side): HeldOutResults[] {
  const evaluation = side.milestones[of];
  return evaluation === null ? [] : [side.results(evaluation)];
}

export function describeRecipe(found: FoundRecipe, family?: Family): RecipeComparison {
  const { a, b, of, refused, change, problems } = found;
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
    sentence: `${start}, ${over}: ${words}.`,
  };
}
