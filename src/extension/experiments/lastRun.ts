/** The run of an experiment that was started last. */
import { isSamePath } from '../common/samePath.ts';
import type { ListedRun } from '../data/listMethods.ts';
import { isReadable, type ReadableRun } from '../runs/runNames.ts';

/** null where the experiment has none that can be read. */
export function lastRunOf(runs: readonly ListedRun[], experimentPath: string): ReadableRun | null {
  const own = runs.filter(isReadable).filter((run) => isSamePath(run.experimentPath, experimentPath));
  return own.sort((a, b) => a.createdAt.localeCompare(b.createdAt)).at(-1) ?? null;
}
