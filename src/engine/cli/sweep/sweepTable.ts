/** What the runs of a sweep come to, as far as they are there. */
import { readRecipe, tableOf } from '../../analysis/compare/readRecipes.ts';
import type { Sweep } from '../../analysis/sweep/planSweep.ts';
import { sweepRuns } from '../../analysis/sweep/sweepRuns.ts';
import type { RecipeTable } from '../../protocol/recipeTable.ts';
import { identityOf } from './trainSweep.ts';

export interface SweepTable {
  /** How many of its runs are finished. */
  readonly finished: number;
  /** null where no run was started yet. */
  readonly table: RecipeTable | null;
}

/** @throws UserError where a run cannot be read */
export function sweepTable(sweep: Sweep, runsDir: string): SweepTable {
  const runs = sweepRuns(runsDir, identityOf(sweep));
  const dirs = sweep.members.flatMap(({ membership: { member } }) => runs.get(member)?.dir ?? []);
  return {
    finished: [...runs.values()].filter(({ state }) => state.status === 'finished').length,
    table: dirs.length === 0 ? null : tableOf(dirs.map(readRecipe)),
  };
}
