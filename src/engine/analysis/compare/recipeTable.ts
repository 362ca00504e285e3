/** Recipes beside each other: what each is set to, what it comes to, and whether that differs from the one they are compared with. */
import { mean } from '../../evaluation/moments.ts';
import { pairedChange, type TestedChange } from '../../evaluation/pairedChange.ts';
import { recipeChange } from '../../evaluation/recipeChange.ts';
import type { MeasureName } from '../../protocol/comparison.ts';
import type { RecipeAgainst, RecipeRow, RecipeTable } from '../../protocol/recipeTable.ts';
import type { SweepMembership } from '../../protocol/sweep/membership.ts';
import type { RunReader } from '../../run/reader.ts';
import { plural } from '../../words/format.ts';
import { differences } from './differences.ts';
import { familiesOf } from './family.ts';
import { measuredAtEnd, measuredTogether } from './recipes.ts';
import { byRecipe } from './seedGroups.ts';
import { lastOfEachSeed, seedSpread } from './seedSpread.ts';
import { sideOf, type Side } from './side.ts';
import { brief, LEAST_SEEDS, verdictOf, type Family } from './verdict.ts';

/** A run as the table looks at it, read to the end. */
export interface RecipeRun extends Side {
  /** Its folder. */
  readonly dir: string;
  /** Processed; null where that is not known. */
  readonly tokens: number | null;
  /** What its steps took. */
  readonly seconds: number | null;
}

/** @throws UserError where the run cannot be read */
export function recipeRun(reader: RunReader, of: MeasureName = 'final'): RecipeRun {
  const side = sideOf({ letter: '', reader });
  const evaluation = side.milestones[of];
  // Read now: the table is made when the reader may be closed.
  if (evaluation !== null) side.results(evaluation);
  return { ...side, dir: reader.dir, tokens: tokensOf(reader), seconds: secondsOf(reader) };
}

/** Runs of one recipe, of each seed one. */
interface Recipe {
  readonly runs: readonly RecipeRun[];
  readonly measured: readonly RecipeRun[];
}

/**
 * @param all any number of runs, all read for `of`
 * @param baseline folder of one of them: its recipe is what the others are compared with
 */
export function recipeTable(
  all: readonly RecipeRun[],
  baseline: string | null,
  of: MeasureName = 'final',
): RecipeTable {
  const recipes = byRecipe(all).map((runs): Recipe => {
    const distinct = lastOfEachSeed(runs);
    return { runs: distinct, measured: distinct.filter((run) => measuredAtEnd(of, run)) };
  });
  const against = recipes.find(({ runs }) => runs.some(({ dir }) => dir === baseline)) ?? null;
  const compared = compare(of, recipes, against);
  const order = recipes
    .map((recipe, index) => ({ recipe, row: rowOf(of, recipe, recipe === against, compared[index] ?? null) }))
    .sort((x, y) => (y.row.accuracy?.value ?? -1) - (x.row.accuracy?.value ?? -1));
  const experiments = order.flatMap(({ recipe: { runs } }) => runs.slice(0, 1).map(({ experiment }) => experiment));
  const rows = order.map(({ row }) => row);
  return {
    of,
    parameters: differences(experiments).filter(({ path }) => !OF_SEEDS.test(path)),
    rows,
    cautions: cautionsOf(of, rows),
  };
}

/** What tells seeds of a recipe apart, and no recipes. */
const OF_SEEDS = /^seed$|(^|\.)splitSeed$/;

/** One for each recipe; null of the baseline itself, and of what has nothing to compare. */
function compare(of: MeasureName, recipes: readonly Recipe[], against: Recipe | null): (RecipeAgainst | null)[] {
  const found = recipes.map((recipe) =>
    against === null || recipe === against ? null : changeOf(of, against, recipe),
  );
  const families = familiesOf(found.map((one) => (one !== null && 'change' in one ? one.change.pValue : null)));
  return found.map((one, index) => one && againstOf(one, families[index]));
}

type Found =
  | { readonly change: TestedChange; readonly problems: number; readonly ofRecipes: boolean }
  | { readonly refused: string };

function changeOf(of: MeasureName, { measured: a }: Recipe, { measured: b }: Recipe): Found | null {
  if (a.length === 0 || b.length === 0) return null;
  const together = measuredTogether(of, a, b);
  if ('refused' in together) return together;
  const { before, after, problems } = together;
  if (Math.min(a.length, b.length) >= LEAST_SEEDS)
    return { change: recipeChange(before, after), problems, ofRecipes: true };
  // Of these runs as they are: other problems may move the difference, other seeds are not spoken of.
  const average = (runs: typeof before): number[] =>
    Array.from({ length: problems }, (_, problem) => mean(runs.map((run) => run[problem] ?? 0)));
  return { change: pairedChange(average(before), average(after)), problems, ofRecipes: false };
}

function againstOf(found: Found, family: Family | undefined): RecipeAgainst {
  if ('refused' in found) return { verdict: null, brief: `not comparable: ${found.refused}`, ofRecipes: false };
  const { change, problems, ofRecipes } = found;
  const { value, low, high } = change;
  const measured = { difference: { value, low, high }, problems, ...(family && { family }) };
  return { verdict: verdictOf(measured), brief: brief(measured), ofRecipes };
}

function rowOf(
  of: MeasureName,
  { runs, measured }: Recipe,
  isBaseline: boolean,
  against: RecipeAgainst | null,
): RecipeRow {
  const estimates = measured.flatMap(({ milestones }) => milestones[of]?.accuracy ?? []);
  const [first] = estimates;
  const spread = estimates.length > 1 ? seedSpread(estimates.map(({ value }) => value)) : null;
  // Seeds that happen to agree do not make the mean certain.
  const isKnown = spread === null || spread.lowest < spread.highest;
  const over = spread === null ? 'problems' : 'seeds';
  const { value = 0 } = spread?.mean ?? first ?? {};
  return {
    runs: runs.map(({ dir }) => dir),
    measured: measured.length,
    isBaseline,
    accuracy: first === undefined ? null : isKnown ? (spread?.mean ?? first) : { value, low: value, high: value },
    over: first !== undefined && isKnown ? over : null,
    tokens: average(measured.map(({ tokens }) => tokens)),
    seconds: average(measured.map(({ seconds }) => seconds)),
    against,
  };
}

/** null where it is not known of any. */
function average(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : mean(known);
}

function tokensOf(reader: RunReader): number | null {
  const { lastStep } = reader.state();
  return lastStep === null ? null : (reader.metrics(lastStep)['num_tokens'] ?? null);
}

function secondsOf(reader: RunReader): number | null {
  const { mean: times } = reader.series('step_time');
  return times.length === 0 ? null : times.reduce((sum, time) => sum + time, 0);
}

function cautionsOf(of: MeasureName, rows: readonly RecipeRow[]): string[] {
  const compared = rows.flatMap(({ against }) => against ?? []).filter(({ verdict }) => verdict !== null);
  const measured = rows.filter(({ accuracy }) => accuracy !== null);
  if (compared.length === 0) return [];
  const few = compared.some(({ ofRecipes }) => !ofRecipes);
  const corrected = compared.length > 1 ? ', corrected for their number (Holm)' : '';
  return [
    `${plural(compared.length, 'comparison')} with the baseline${corrected}.`,
    ...(few
      ? [
          `Differences are those of these runs: to speak of a setting takes ${LEAST_SEEDS} seeds of it and of the baseline.`,
        ]
      : []),
    ...(measured.length < LEAST_CHOICE ? [] : [`The best of ${measured.length} ${CHOSEN[of]}`]),
  ];
}

/** Of two the better one is hardly chosen. */
const LEAST_CHOICE = 3;

const CHOSEN_HERE =
  'is optimistic: luck on these problems is part of being the best. What it is worth is told by problems that did not choose it, the test part, or by fresh seeds.';
const CHOSEN: Readonly<Record<MeasureName, string>> = {
  final: CHOSEN_HERE,
  best: CHOSEN_HERE,
  test: 'on the test part is optimistic too: choose on the validation part, and read here what was chosen.',
};

/** What runs are compared with where nobody says: of a sweep what it says, else the first. */
export function usualBaseline(
  runs: readonly { readonly dir: string; readonly sweep?: SweepMembership | undefined }[],
): string | null {
  const [first] = runs;
  const ofSweep = runs.every(({ sweep }) => sweep !== undefined && sweep.id === first?.sweep?.id)
    ? runs.find(({ sweep }) => sweep?.member === sweep?.baseline)
    : undefined;
  return (ofSweep ?? first)?.dir ?? null;
}
