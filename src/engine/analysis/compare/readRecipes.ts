/** The table of recipes of run folders, which are opened one after another: there may be more than one holds open. */
import type { RecipeTable } from '../../protocol/recipeTable.ts';
import type { SweepMembership } from '../../protocol/sweep/membership.ts';
import { RunReader } from '../../run/reader.ts';
import { recipeRun, recipeTable, usualBaseline, type RecipeRun } from './recipeTable.ts';

/** All that a table takes of a run. */
export interface ReadRecipe {
  readonly dir: string;
  readonly sweep: SweepMembership | undefined;
  readonly run: RecipeRun;
}

/** @throws UserError where the run cannot be read */
export function readRecipe(dir: string): ReadRecipe {
  const reader = RunReader.open(dir);
  try {
    return { dir, sweep: reader.manifest.sweep, run: recipeRun(reader) };
  } finally {
    reader.close();
  }
}

/** @param baseline folder of the run whose recipe the others are compared with; the usual one where it is none of them */
export function tableOf(read: readonly ReadRecipe[], baseline: string | null = null): RecipeTable {
  const against = read.some(({ dir }) => dir === baseline) ? baseline : usualBaseline(read);
  return recipeTable(
    read.map(({ run }) => run),
    against,
  );
}
