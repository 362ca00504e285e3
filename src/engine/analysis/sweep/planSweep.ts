/** From a sweep's description to its runs, every one of them checked before the first is started. */
import { createHash } from 'node:crypto';
import { UserError } from '../../protocol/errors.ts';
import type { Experiment } from '../../protocol/experiment.ts';
import { ExperimentError } from '../../protocol/experimentError.ts';
import { parseExperiment } from '../../protocol/experimentFile.ts';
import { partsOverrides, plannedRuns, seedOverrides } from '../../protocol/plannedRuns.ts';
import { MAX_TABLE_RUNS } from '../../protocol/recipeTable.ts';
import type { SweepMembership } from '../../protocol/sweep/membership.ts';
import { countRecipes, overridesOf, recipesOf, variedPaths, type Assigned } from '../../protocol/sweep/recipes.ts';
import type { SweepDescription } from '../../protocol/sweep/sweepFile.ts';
import { describeValue } from '../../words/describeValue.ts';
import { canonical } from '../compare/differences.ts';

/** A grid grows by multiplication: more runs than this, one after another on one machine, were hardly meant; and no table has more. */
export const MAX_SWEEP_RUNS = MAX_TABLE_RUNS;

/** Hexadecimal digits of a hash that tell the sweeps of a folder apart. */
const ID_LENGTH = 16;

export interface Sweep {
  readonly name: string;
  /** The paths that are varied, as the description names them. */
  readonly paths: readonly string[];
  readonly members: readonly SweepMember[];
}

/** One run of a sweep. */
export interface SweepMember {
  /** What tells it from the others: `optimizer.learningRate 3e-4, seed 1`; empty where nothing does. */
  readonly title: string;
  /** As `--set` takes them. */
  readonly overrides: readonly string[];
  /** What the run records. */
  readonly membership: SweepMembership;
}

export interface SweepSource {
  readonly description: SweepDescription;
  /** What it is called where the description says nothing. */
  readonly defaultName: string;
  /** Of the experiment file. */
  readonly text: string;
  /** As errors shall call it. */
  readonly fileName: string;
  /** `path=value` of `--set`, in place of what the description sets. */
  readonly given?: readonly string[];
}

/**
 * The runs of a sweep: recipe by recipe, of each all seeds.
 * @throws UserError naming every run that its experiment cannot be made of, too many runs, and a recipe that is there twice
 */
export function planSweep({ description, defaultName, text, fileName, given = [] }: SweepSource): Sweep {
  const { seeds, set } = description;
  const runs = countRecipes(description) * seeds;
  if (runs > MAX_SWEEP_RUNS)
    throw new UserError(
      `These are ${runs} runs; a sweep has ${MAX_SWEEP_RUNS} at most. Vary less, or in several sweeps.`,
    );
  const assignments = recipesOf(description);
  if (seeds > 1 && assignments.some((assigned) => 'seed' in assigned))
    throw new UserError('`seed` is varied, and several seeds of each are asked for; keep one of them.');
  const common = [...overridesOf(set), ...given];
  const parse = (assigned: Assigned): Experiment =>
    parseExperiment(text, fileName, [...common, ...overridesOf(assigned)]);
  const recipes = checked(assignments, parse, seeds);
  refuseRepetitions(recipes, seeds);

  const id = identityOf(recipes, seeds);
  const baseline = seeds * baselineOf(recipes, parse);
  const name = description.name ?? defaultName;
  const parts = partsOf(recipes);
  return {
    name,
    paths: variedPaths(description),
    members: recipes.flatMap(({ assigned, experiment }, recipe) =>
      plannedRuns(experiment, { seeds, controls: [] }).map(({ title, overrides }, seed): SweepMember => ({
        title: [...titles(assigned), title].filter((part) => part !== '').join(', '),
        overrides: [
          ...common,
          ...overridesOf(assigned),
          ...('seed' in assigned ? seedOverrides(experiment.seed, parts) : overrides),
        ],
        membership: { id, name, member: recipe * seeds + seed, members: runs, baseline, assigned },
      })),
    ),
  };
}

interface Recipe {
  readonly assigned: Assigned;
  readonly experiment: Experiment;
}

/** What is wrong with several runs is said of the first of them. */
function checked(assignments: readonly Assigned[], parse: (assigned: Assigned) => Experiment, seeds: number): Recipe[] {
  const faults = new Map<string, number>();
  const recipes: Recipe[] = [];
  for (const [index, assigned] of assignments.entries()) {
    try {
      recipes.push({ assigned, experiment: parse(assigned) });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const messages =
        error instanceof ExperimentError
          ? error.faults.map(({ place, message }) => `${place.name}  ${message}`)
          : [error.message];
      for (const message of messages) if (!faults.has(message)) faults.set(message, index);
    }
  }
  if (faults.size === 0) return recipes;
  const all = assignments.length * seeds;
  const lines = Array.from(faults, ([message, index]) => {
    const set = titles(assignments[index] ?? {}).join(', ');
    return `Run ${index * seeds + 1} of ${all}${set === '' ? '' : ` (${set})`}: ${message}`;
  });
  throw new UserError(`${lines.join('\n')}\nNothing was started.`);
}

function titles(assigned: Assigned): string[] {
  return Object.entries(assigned).map(([path, value]) => `${path} ${describeValue(value)}`);
}

/** What an experiment is called, where its schema is and what its machine costs make no other run of it. */
function meaningOf({ experiment }: Pick<Recipe, 'experiment'>): string {
  return canonical({ ...experiment, $schema: null, name: null, cost: null });
}

function refuseRepetitions(recipes: readonly Recipe[], seeds: number): void {
  const first = new Map<string, number>();
  for (const [index, recipe] of recipes.entries()) {
    const meaning = meaningOf(recipe);
    const same = first.get(meaning);
    if (same !== undefined)
      throw new UserError(
        `Run ${index * seeds + 1} (${titles(recipe.assigned).join(', ')}) would be run ${same * seeds + 1} again; name each setting once.`,
      );
    first.set(meaning, index);
  }
}

/** Of what the runs are, so that comments, names and the order of keys make no other sweep. */
function identityOf(recipes: readonly Recipe[], seeds: number): string {
  return createHash('sha256')
    .update(canonical([recipes.map(meaningOf), seeds]))
    .digest('hex')
    .slice(0, ID_LENGTH);
}

/** The recipe that is the experiment as it stands; the first where none is. */
function baselineOf(recipes: readonly Recipe[], parse: (assigned: Assigned) => Experiment): number {
  try {
    const own = meaningOf({ experiment: parse({}) });
    return Math.max(
      0,
      recipes.findIndex((recipe) => meaningOf(recipe) === own),
    );
  } catch (error) {
    // It may be an experiment with what the sweep gives alone.
    if (error instanceof UserError) return 0;
    throw error;
  }
}

/** Seeds that are varied keep the parts of the data, as several seeds of an experiment do. */
function partsOf([first]: readonly Recipe[]): string[] {
  return first === undefined ? [] : partsOverrides(first.experiment);
}
