/** Of more runs than can be told apart the first ones are shown, and the baseline has to be among them. */
import { usualBaseline } from '../../engine/analysis/compare/recipeTable.ts';
import { isReadable } from '../runs/runNames.ts';
import type { RunStore } from '../runs/runStore.ts';

/** @param dirs folders of runs, oldest first */
export function baselineFirst(store: Pick<RunStore, 'get'>, dirs: readonly string[]): string[] {
  const runs = dirs.map((dir) => {
    const run = store.get(dir);
    return { dir, sweep: run !== undefined && isReadable(run) ? (run.sweep ?? undefined) : undefined };
  });
  const baseline = usualBaseline(runs);
  return dirs.toSorted((a, b) => Number(b === baseline) - Number(a === baseline));
}
