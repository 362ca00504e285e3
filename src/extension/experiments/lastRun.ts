/** The run of an experiment that was started last. */
import type { RunSummary } from '../../engine/run/runs.ts';
import { isSamePath } from '../common/samePath.ts';
import type { ListedRun } from '../data/listMethods.ts';
import { isReadable } from '../runs/runNames.ts';

type ReadableRun = Extract<ListedRun, RunSummary>;

/** null where the experiment has none that can be read. */
export function lastRunOf(runs: readonly ListedRun[], experimentPath: string): ReadableRun | null {
  const own = runs.filter(isReadable).filter((run) => isSamePath(run.experimentPath, experimentPath));
  return own.sort((a, b) => a.createdAt.localeCompare(b.createdAt)).at(-1) ?? null;
}
