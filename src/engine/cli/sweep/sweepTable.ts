/** What the runs of a sweep come to, as far as they are there. */
import { readRecipe, tableOf } from '../../analysis/compare/readRecipes.ts';
import type { Sweep } from '../../analysis/sweep/planSweep.ts';
import { countFinished, recordedRuns, runsOfSweep } from '../../analysis/sweep/sweepRuns.ts';
import { currentRound } from '../../analysis/sweep/rounds.ts';
import type { RecipeTable } from '../../protocol/recipeTable.ts';

export interface SweepTable {
  /** How many of its runs are finished. */
  readonly finished: number;
  /** null where no run was started yet. */
  readonly table: RecipeTable | null;
}

/** Of its newest round. @throws UserError where a run cannot be read */
export function sweepTable(sweep: Sweep, runsDir: string): SweepTable {
  const all = recordedRuns(runsDir);
  const current = currentRound(
    sweep,
    all.map((one) => one.sweep),
  );
  const runs = runsOfSweep(current, all);
  const dirs = sweep.members.flatMap(({ membership: { member } }) => runs.get(member)?.dir ?? []);
  return { finished: countFinished(runs.values()), table: dirs.length === 0 ? null : tableOf(dirs.map(readRecipe)) };
}
