/** The table of settings that the compare panel asks of the worker. */
import { readRecipe, tableOf, type ReadRecipe } from '../../engine/analysis/compare/readRecipes.ts';
import { UserError } from '../../engine/protocol/errors.ts';
import { isTelling, type RecipeTable } from '../../engine/protocol/recipeTable.ts';
import { stampOf } from './listMethods.ts';
import type { Readers } from './readers.ts';

interface Entry {
  readonly stamp: string;
  readonly recipe: ReadRecipe;
}

/** What was read of runs, which stays true while their database is the same file. Of those of the newest table. */
let known = new Map<string, Entry>();
/** It is asked for again and again. */
let last: { readonly key: string; readonly table: RecipeTable | null } | null = null;

export const recipeMethods = {
  /** Of the runs that can be read, which may be more than are kept open; null where runs alone say as much. */
  recipeTable: (
    _: Readers,
    { dirs, baseline }: { readonly dirs: readonly string[]; readonly baseline: string | null },
  ): RecipeTable | null => {
    const read = new Map(dirs.flatMap((dir) => readAgain(dir) ?? []).map((entry) => [entry.recipe.dir, entry]));
    known = read;
    const key = JSON.stringify([baseline, ...Array.from(read, ([dir, { stamp }]) => [dir, stamp])]);
    if (last?.key === key) return last.table;
    const table = tableOf(
      Array.from(read.values(), ({ recipe }) => recipe),
      baseline,
    );
    last = { key, table: isTelling(table) ? table : null };
    return last.table;
  },
};

/** null for what cannot be read, which the overview of the runs says. */
function readAgain(dir: string): Entry | null {
  const stamp = stampOf(dir);
  const entry = known.get(dir);
  if (entry?.stamp === stamp) return entry;
  try {
    return { stamp, recipe: readRecipe(dir) };
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}
