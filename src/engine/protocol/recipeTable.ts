/** Runs by recipe, with what differs between the recipes: what a sweep, or any number of runs, comes to. */
import type { Difference, MeasureName, Verdict } from './comparison.ts';
import type { Estimate } from './metrics.ts';

export interface RecipeTable {
  readonly of: MeasureName;
  /** Entries of the experiments in which the recipes differ, with a value for each of `rows`. */
  readonly parameters: readonly Difference[];
  /** The most accurate first; what is not measured last. */
  readonly rows: readonly RecipeRow[];
  /** What to know before believing any of it. */
  readonly cautions: readonly string[];
}

/** Fewer settings are read as runs. */
const LEAST_SETTINGS = 3;
/** Of which a table is made at once. */
export const MAX_TABLE_RUNS = 200;

/** Whether the table says more than the runs themselves. Recipes of one setting, such as those of other reward code, count once. */
export function isTelling({ rows, parameters }: Pick<RecipeTable, 'rows' | 'parameters'>): boolean {
  const settings = rows.map((_, row) => JSON.stringify(parameters.map(({ values }) => values[row] ?? null)));
  return new Set(settings).size >= LEAST_SETTINGS;
}

export interface RecipeRow {
  /** Folders of its runs, one for each seed. */
  readonly runs: readonly string[];
  /** How many of them were measured at their end. */
  readonly measured: number;
  /** The others are compared with it. */
  readonly isBaseline: boolean;
  /** Of those that were measured; null where none was. The bounds are its value where nothing is known of them. */
  readonly accuracy: Estimate | null;
  /** What its interval is about: other problems, of one run; other seeds, of several. null where there is none. */
  readonly over: 'problems' | 'seeds' | null;
  /** Tokens that a run processed, on average. */
  readonly tokens: number | null;
  /** What the steps of a run took, on average. */
  readonly seconds: number | null;
  /** Against the baseline; null of itself, and of what is not measured. */
  readonly against: RecipeAgainst | null;
}

export interface RecipeAgainst {
  /** null where they cannot be compared. */
  readonly verdict: Verdict | null;
  /** In a few words: why not, or what. */
  readonly brief: string;
  /** Whether it is said of the recipes; else of these runs alone, since of one there are too few seeds. */
  readonly ofRecipes: boolean;
}
