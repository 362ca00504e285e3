/** Recipes beside each other: what each is set to, what it comes to, and whether that differs from the one they are compared with. */
import { mean } from '../../evaluation/moments.ts';
import { pairedChange, type TestedChange } from '../../evaluation/pairedChange.ts';
import { recipeChange } from '../../evaluation/recipeChange.ts';
import type { MeasureName } from '../../protocol/comparison.ts';
import type { RecipeAgainst, RecipeRow, RecipeTable } from '../../protocol/recipeTable.ts';
import type { SweepMembership } from '../../protocol/sweep/membership.ts';
import type { RunReader } from '../../run/reader.ts';
import { tasksOf } from '../../protocol/tasks.ts';
import { plural } from '../../words/format.ts';
import { hashHistories } from '../rewardHistory.ts';
import { canonical, differences } from './differences.ts';
import { familiesOf } from './family.ts';
import { measuredAtEnd } from './heldOut.ts';
import { measuredTogether } from './recipes.ts';
import { byRecipe } from './seedGroups.ts';
import { seedSpread } from './seedSpread.ts';
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
  /** What it is made of and by, beside its experiment. */
  readonly made: Readonly<Record<(typeof MADE_BY)[number]['key'], string>>;
}

/** @throws UserError where the run cannot be read */
export function recipeRun(reader: RunReader, of: MeasureName = 'final'): RecipeRun {
  const side = sideOf({ letter: '', reader });
  const evaluation = side.milestones[of];
  // Read now: the table is made when the reader may be closed.
  if (evaluation !== null) side.results(evaluation);
  const { engineVersion: engine, provider, modelHash: model, datasetHash: data } = reader.manifest;
  const rewards = canonical(hashHistories(reader.manifest, reader.rewardVersions()));
  const made = { engine, provider, model, data, rewards };
  return { ...side, dir: reader.dir, tokens: tokensOf(reader), seconds: secondsOf(reader), made };
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
  const groups = byRecipe(all).flatMap(byParts);
  const recipes = groups.map((runs): Recipe => {
    const isMeasured = ({ milestones }: RecipeRun): boolean => measuredAtEnd(of, milestones);
    const distinct = oneOfEachSeed(runs, isMeasured);
    return { runs: distinct, measured: distinct.filter(isMeasured) };
  });
  // The baseline may be the one of two runs of a seed that is not shown.
  const against = recipes[groups.findIndex((runs) => runs.some(({ dir }) => dir === baseline))] ?? null;
  const compared = compare(of, recipes, against);
  const order = recipes
    .map((recipe, index) => ({ recipe, row: rowOf(of, recipe, recipe === against, compared[index] ?? null) }))
    .sort((x, y) => (y.row.accuracy?.value ?? -1) - (x.row.accuracy?.value ?? -1));
  const firsts = order.flatMap(({ recipe: { runs } }) => runs.slice(0, 1));
  const rows = order.map(({ row }) => row);
  const ofSeeds = groups.length > byRecipe(all).length ? SEED : SEED_OR_PARTS;
  const parameters = differences(firsts.map(({ experiment }) => experiment)).filter(({ path }) => !ofSeeds.test(path));
  return {
    of,
    parameters,
    rows,
    cautions: [...cautionsOf(of, rows), ...lookingAlike(firsts, parameters)],
  };
}

/** What tells seeds of a recipe apart, and no recipes: where no parts were varied, theirs too. */
const SEED = /^seed$/;
const SEED_OR_PARTS = /^seed$|(^|\.)splitSeed$/;

/** Runs of one seed on several parts of the data are of several recipes; else parts are what the seed decides. */
function byParts(runs: readonly RecipeRun[]): RecipeRun[][] {
  const parts = runs.map(({ experiment, seed }) => ({
    seed,
    text: canonical(tasksOf(experiment).map(({ dataset }) => dataset.splitSeed)),
  }));
  const varied = parts.some(({ seed, text }) => parts.some((other) => other.seed === seed && other.text !== text));
  if (!varied) return [[...runs]];
  return [...new Set(parts.map(({ text }) => text))].map((text) =>
    runs.filter((_, index) => parts[index]?.text === text),
  );
}

/** Of runs with the same seed, which are the same run as far as machines agree, the last that is measured; else the last. */
function oneOfEachSeed(runs: readonly RecipeRun[], isMeasured: (run: RecipeRun) => boolean): RecipeRun[] {
  const found = new Map<number, RecipeRun>();
  for (const run of runs) {
    const known = found.get(run.seed);
    if (known === undefined || isMeasured(run) || !isMeasured(known)) found.set(run.seed, run);
  }
  return [...found.values()];
}

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
  const runs = rows.flatMap((row) => row.runs).length;
  const missing = runs - rows.reduce((sum, row) => sum + row.measured, 0);
  const isBlind = rows.length > 1 && rows.some(({ isBaseline, accuracy }) => isBaseline && accuracy === null);
  const few = compared.some(({ ofRecipes }) => !ofRecipes);
  const corrected = compared.length > 1 ? ', corrected for their number (Holm)' : '';
  return [
    ...(missing === 0
      ? []
      : [`${missing} of ${plural(runs, 'run')} ${missing === 1 ? 'is' : 'are'} not measured at the end.`]),
    ...(isBlind ? ['The baseline is not measured: nothing is compared.'] : []),
    ...(compared.length === 0 ? [] : [`${plural(compared.length, 'comparison')} with the baseline${corrected}.`]),
    ...(few
      ? [
          `Differences are those of these runs where it says so: to speak of a setting takes ${LEAST_SEEDS} seeds of it and of the baseline.`,
        ]
      : []),
    ...(measured.length < LEAST_CHOICE ? [] : [`The best of ${measured.length} ${CHOSEN[of]}`]),
  ];
}

/** What tells rows apart that are set to the same: it is in no experiment. */
function lookingAlike(runs: readonly RecipeRun[], parameters: RecipeTable['parameters']): string[] {
  const settings = runs.map((_, row) => canonical(parameters.map(({ values }) => values[row])));
  const differing = MADE_BY.filter(({ key }) =>
    runs.some((run, row) =>
      runs.some((other, at) => settings[at] === settings[row] && other.made[key] !== run.made[key]),
    ),
  );
  if (differing.length === 0) return [];
  return [
    `Rows of the same settings differ in ${differing.map(({ words }) => words).join(', ')}: they are of other recipes.`,
  ];
}

const MADE_BY = [
  { key: 'engine', words: 'the engine version' },
  { key: 'provider', words: 'what computed them' },
  { key: 'model', words: 'the contents of the model' },
  { key: 'data', words: 'the contents of the dataset' },
  { key: 'rewards', words: 'the code of the rewards' },
] as const;

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
