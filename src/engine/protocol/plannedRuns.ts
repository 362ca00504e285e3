/** Runs that belong together: several seeds of an experiment, or of its controls, one after another. */
import { UsageError } from './errors.ts';
import { controlNames, type ControlName, type Experiment } from './experiment.ts';
import { datasetEntryText, tasksOf, type TasksOfExperiment } from './tasks.ts';

export interface PlannedRun {
  /** What tells it from the others, behind the experiment's name; empty where there is one. */
  readonly title: string;
  /** As `--set` takes them. */
  readonly overrides: readonly string[];
}

export interface Plan {
  /** How many seeds, from the experiment's own on. */
  readonly seeds: number;
  /** In place of the experiment itself. */
  readonly controls: readonly ControlName[];
}

/** More tell hardly more of a recipe than these. */
export const MAX_SEEDS = 100;
/** Of random numbers. */
const SEED_LIMIT = 2 ** 32;

/** @throws UsageError for what is no number of seeds, or no control */
export function parsePlan(values: {
  readonly seeds?: string | undefined;
  readonly control?: readonly string[] | undefined;
}): Plan {
  const seeds = Number(values.seeds ?? 1);
  if (!Number.isInteger(seeds) || seeds < 1 || seeds > MAX_SEEDS)
    throw new UsageError(`--seeds is a whole number from 1 to ${MAX_SEEDS}, not "${values.seeds ?? ''}".`);
  const controls = (values.control ?? []).map((name) => {
    const known = controlNames.find((control) => control === name);
    if (known === undefined) throw new UsageError(`--control is ${controlNames.join(' or ')}, not "${name}".`);
    return known;
  });
  return { seeds, controls: [...new Set(controls)] };
}

/**
 * Every seed keeps the parts of the data that the experiment's own has, so that all runs are measured on the same problems.
 * @param experiment with what `--set` says of it
 * @throws UsageError where there are not so many seeds above the experiment's
 */
export function plannedRuns(experiment: Experiment, { seeds, controls }: Plan): PlannedRun[] {
  const { seed } = experiment;
  const parts = partsOverrides(experiment);
  if (seed + seeds > SEED_LIMIT)
    throw new UsageError(`There are no ${seeds} seeds from ${seed} on: seeds are below 2^32.`);
  const ofSeeds = Array.from({ length: seeds }, (_, index): PlannedRun =>
    seeds === 1
      ? { title: '', overrides: [] }
      : { title: `seed ${seed + index}`, overrides: seedOverrides(seed + index, parts) },
  );
  if (controls.length === 0) return ofSeeds;
  return controls.flatMap((control) =>
    ofSeeds.map(({ title, overrides }) => ({
      title: title === '' ? control : `${control}, ${title}`,
      overrides: [...overrides, controlOverride(control)],
    })),
  );
}

/** The seeds by which an experiment's data is split, of every task. */
export function partsOverrides(experiment: TasksOfExperiment & Pick<Experiment, 'seed'>): string[] {
  return tasksOf(experiment).map(
    ({ name, dataset }) => `${datasetEntryText(name, 'splitSeed')}=${dataset.splitSeed ?? experiment.seed}`,
  );
}

/** @param parts as `partsOverrides` has them */
export function seedOverrides(seed: number, parts: readonly string[]): string[] {
  return [`seed=${seed}`, ...parts];
}

export function controlOverride(control: ControlName): string {
  return `control=${control}`;
}
