/** Runs against one of them: every pair, and what can be said of recipes. All at once, since each is one of several comparisons. */
import type {
  ComparisonResults,
  MeasureName,
  PairComparison,
  PairedMeasure,
  TaskMeasure,
} from '../../protocol/comparison.ts';
import { familiesOf } from './family.ts';
import { findMeasure, refusal, sharedEntries, type FoundMeasure, type FoundTask, type Sides } from './pair.ts';
import { describeRecipe, findRecipes } from './recipes.ts';
import type { Side } from './side.ts';
import { brief, claim, onProblems, verdictOf, type Family } from './verdict.ts';

const MEASURES: readonly MeasureName[] = ['final', 'best', 'test'];

/**
 * @param sides all of them, with the baseline
 * @param a the baseline, one of them
 * @param wanted each takes a while, so a person who waits can ask for them one by one
 * @throws UserError where a run cannot be read
 */
export function compareWith(
  sides: readonly Side[],
  a: Side,
  wanted: readonly MeasureName[] = MEASURES,
): ComparisonResults {
  const pairs = sides.filter((side) => side !== a).map((b) => ({ a, b, refused: refusal({ a, b }) }));
  const measures = wanted.map((of) => measurePairs(of, pairs));
  return {
    pairs: pairs.map(({ b, refused }, index): PairComparison => ({
      a: a.letter,
      b: b.letter,
      refused,
      measures: measures.flatMap((ofPairs) => ofPairs[index] ?? []),
    })),
    recipes: wanted.flatMap((of) => describeRecipes(findRecipes(of, sides, a))),
  };
}

type Pair = Sides & { readonly refused: string | null };

/** For each pair: null where it was not measured in this way, or cannot be compared. */
function measurePairs(of: MeasureName, pairs: readonly Pair[]): (PairedMeasure | null)[] {
  const found = pairs.map((pair) => (pair.refused === null ? findMeasure(of, pair) : null));
  const families = familiesOf(found.map((one) => one?.result?.pValue ?? null));
  // Whether anything differs is asked over all tasks; where, of each of them, which are several questions more.
  const ofTasks = familiesOf(found.flatMap((one) => one?.tasks.map(({ result }) => result.pValue) ?? []));
  let next = 0;
  return pairs.map((pair, index) => {
    const one = found[index] ?? null;
    if (one === null) return null;
    const tasks = one.tasks.map((task) => describedTask(task, pair, ofTasks[next++]));
    return { ...described(one, pair, families[index]), tasks };
  });
}

function describedTask({ task, result }: FoundTask, { a, b }: Sides, family: Family | undefined): TaskMeasure {
  const measured = { ...result, ...(family && { family }) };
  const sentence = `${task}: ${b.letter} against ${a.letter}, ${onProblems(result.problems)}: ${claim(measured)}.`;
  return { task, result, verdict: verdictOf(measured), sentence, brief: brief(measured) };
}

function describeRecipes(found: ReturnType<typeof findRecipes>): ComparisonResults['recipes'] {
  const families = familiesOf(found.map(({ change }) => change?.pValue ?? null));
  return found.map((one, index) => describeRecipe(one, families[index]));
}

function described(found: FoundMeasure, sides: Sides, family: Family | undefined): Omit<PairedMeasure, 'tasks'> {
  const { result } = found;
  const [a, b] = [sides.a.letter, sides.b.letter];
  if (result === null) {
    const parts = sharedEntries(sides, 'validation');
    const sentence =
      `Not the same problems: ${a} and ${b} were measured on different ones. ` +
      (parts !== ''
        ? `Give both the same ${parts}: one file, or one ${sharedEntries(sides, 'splitSeed')}.`
        : 'Problems are held against each other by their task, and the two have none of one name.');
    return { ...found, verdict: null, sentence, brief: '' };
  }
  const measured = { ...result, ...(family && { family }) };
  const sentence = `${b} against ${a}, these two runs, ${onProblems(result.problems)}: ${claim(measured)}.`;
  return { ...found, verdict: verdictOf(measured), sentence, brief: brief(measured) };
}
