/** From a sweep's description to its runs, every one of them checked before the first is started. */
import { createHash } from 'node:crypto';
import { UserError } from '../../protocol/errors.ts';
import type { Experiment } from '../../protocol/experiment.ts';
import { ExperimentError } from '../../protocol/experimentError.ts';
import { parseExperiment } from '../../protocol/experimentFile.ts';
import { partsOverrides, plannedRuns, seedOverrides } from '../../protocol/plannedRuns.ts';
import { rayEffect } from '../../protocol/rayConfig.ts';
import { MAX_TABLE_RUNS } from '../../protocol/recipeTable.ts';
import type { SweepMembership } from '../../protocol/sweep/membership.ts';
import { countRecipes, overridesOf, recipesOf, variedPaths, type Assigned } from '../../protocol/sweep/recipes.ts';
import type { SweepDescription } from '../../protocol/sweep/sweepFile.ts';
import { tasksOf } from '../../protocol/tasks.ts';
import { describeValue } from '../../words/describeValue.ts';
import { canonical } from '../compare/differences.ts';

/** A grid grows by multiplication: more runs than this, one after another on one machine, were hardly meant; and no table has more. */
export const MAX_SWEEP_RUNS = MAX_TABLE_RUNS;

/** Hexadecimal digits of a hash that tell the sweeps of a folder apart. */
const ID_LENGTH = 16;

export interface Sweep {
  /** What its runs record: identifies what they are, and where their experiment is. */
  readonly id: string;
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
  /** Its path, by which errors call it, and which tells its sweeps from those of a copy elsewhere. */
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
  const planned = runsOf(recipes, seeds).map((run) => {
    const all = [...common, ...run.overrides];
    return { ...run, overrides: all, meaning: meaningOf(parseExperiment(text, fileName, all)) };
  });
  refuseRepetitions(planned);

  const id = identityOf(fileName, planned);
  const baseline = seeds * baselineOf(recipes, parse);
  const name = description.name ?? defaultName;
  return {
    id,
    name,
    paths: variedPaths(description),
    members: planned.map(({ title, overrides, assigned }, member): SweepMember => ({
      title,
      overrides,
      membership: { id, name, member, members: runs, baseline, assigned },
    })),
  };
}

interface Recipe {
  readonly assigned: Assigned;
  readonly experiment: Experiment;
}

interface Planned extends Pick<SweepMember, 'title' | 'overrides'> {
  readonly assigned: Assigned;
}

/**
 * Recipe by recipe, of each all seeds. Seeds that are varied keep the parts of the data, as several seeds of an experiment do: where a
 * recipe has none of its own, those of the first recipe.
 */
function runsOf(recipes: readonly Recipe[], seeds: number): Planned[] {
  const partsSeed = recipes.some(({ assigned }) => 'seed' in assigned) ? recipes[0]?.experiment.seed : undefined;
  return recipes.flatMap(({ assigned, experiment }) =>
    plannedRuns(experiment, { seeds, controls: [] }).map(({ title, overrides }) => {
      const ofSeed =
        partsSeed === undefined
          ? overrides
          : seedOverrides(experiment.seed, partsOverrides({ ...experiment, seed: partsSeed }));
      return {
        assigned,
        title: [...titles(assigned), title].filter((part) => part !== '').join(', '),
        overrides: [...overridesOf(assigned), ...ofSeed],
      };
    }),
  );
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

/**
 * What an experiment is called, where its schema is, what its machine costs and which cluster it is on make no other run of it, nor does it
 * that the seed of its parts is written down.
 */
function meaningOf(experiment: Experiment): string {
  const splitSeeds = tasksOf(experiment).map(({ dataset }) => dataset.splitSeed ?? experiment.seed);
  const apart = { $schema: null, name: null, cost: null, ray: rayEffect(experiment) };
  const { dataset, tasks = {}, ...others } = { ...experiment, ...apart };
  const data = [{ dataset }, ...Object.values(tasks)].map((task) => ({
    ...task,
    dataset: { ...task.dataset, splitSeed: null },
  }));
  return canonical([others, Object.keys(tasks), data, splitSeeds]);
}

function refuseRepetitions(runs: readonly (Planned & { readonly meaning: string })[]): void {
  const first = new Map<string, number>();
  for (const [index, { meaning, title }] of runs.entries()) {
    const same = first.get(meaning);
    if (same !== undefined)
      throw new UserError(
        `Run ${index + 1}${title === '' ? '' : ` (${title})`} would be run ${same + 1} again; name each setting once.`,
      );
    first.set(meaning, index);
  }
}

/** Of what the runs are and where their experiment is, so that comments, names and the order of keys make no other sweep. */
function identityOf(experimentPath: string, runs: readonly { readonly meaning: string }[]): string {
  return createHash('sha256')
    .update(canonical([experimentPath, runs.map(({ meaning }) => meaning)]))
    .digest('hex')
    .slice(0, ID_LENGTH);
}

/** The recipe that is the experiment as it stands; the first where none is. */
function baselineOf(recipes: readonly Recipe[], parse: (assigned: Assigned) => Experiment): number {
  try {
    const own = meaningOf(parse({}));
    return Math.max(
      0,
      recipes.findIndex(({ experiment }) => meaningOf(experiment) === own),
    );
  } catch (error) {
    // It may be an experiment with what the sweep gives alone.
    if (error instanceof UserError) return 0;
    throw error;
  }
}
