/** Runs against one of them: every pair, and what can be said of recipes. All at once, since each is one of several comparisons. */
import { holm } from '../../evaluation/holm.ts';
import type { ComparisonResults, MeasureName, PairComparison, PairedMeasure } from '../../protocol/comparison.ts';
import { findMeasure, refusal, type FoundMeasure, type Sides } from './pair.ts';
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
  return pairs.map((pair, index) => {
    const one = found[index] ?? null;
    return one && described(one, pair, families[index]);
  });
}

function describeRecipes(found: ReturnType<typeof findRecipes>): ComparisonResults['recipes'] {
  const families = familiesOf(found.map(({ change }) => change?.pValue ?? null));
  return found.map((one, index) => describeRecipe(one, families[index]));
}

/** How each stands among the others; undefined for what is no result, or the only one. */
function familiesOf(pValues: readonly (number | null)[]): (Family | undefined)[] {
  const known = pValues.filter((pValue) => pValue !== null);
  if (known.length < 2) return pValues.map(() => undefined);
  const corrected = holm(known);
  let next = 0;
  return pValues.map((pValue) =>
    pValue === null ? undefined : { comparisons: known.length, pValue: corrected[next++] ?? 1 },
  );
}

function described(found: FoundMeasure, sides: Sides, family: Family | undefined): PairedMeasure {
  const { result } = found;
  const [a, b] = [sides.a.letter, sides.b.letter];
  if (result === null) {
    const sentence =
      `Not the same problems: ${a} and ${b} were measured on different ones. ` +
      'Give both the same dataset.validation: one file, or one dataset.splitSeed.';
    return { ...found, verdict: null, sentence, brief: '' };
  }
  const measured = { ...result, ...(family && { family }) };
  const sentence = `${b} against ${a}, these two runs, ${onProblems(result.problems)}: ${claim(measured)}.`;
  return { ...found, verdict: verdictOf(measured), sentence, brief: brief(measured) };
}
