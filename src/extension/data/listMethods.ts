/** The runs there are. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { readLabel, type RunLabel } from '../../engine/run/label.ts';
import { DATABASE_FILE } from '../../engine/run/layout.ts';
import { listRunFolders, summarizeRun, type RunSummary, type UnreadableRun } from '../../engine/run/runs.ts';
import type { Readers } from './readers.ts';

export type ListedRun = (RunSummary | UnreadableRun) & { readonly label: RunLabel };

/** Summaries of runs that have ended, which stay true while their database is the same file. */
const ended = new Map<string, { readonly stamp: string; readonly summary: RunSummary | UnreadableRun }>();

export const listMethods = {
  /** The runs in some directories, and single run folders, in that order; in a directory newest first. */
  listRuns: (
    _: Readers,
    { runsDirs, runDirs }: { readonly runsDirs: readonly string[]; readonly runDirs: readonly string[] },
  ): ListedRun[] =>
    [...runsDirs.flatMap(listRunFolders), ...runDirs].map((dir) => ({ ...summaryOf(dir), label: readLabel(dir) })),
};

function summaryOf(dir: string): RunSummary | UnreadableRun {
  const stamp = stampOf(dir);
  const known = ended.get(dir);
  if (known?.stamp === stamp) return known.summary;
  const summary = summarizeRun(dir);
  // A run that is written, or whose writer may have just died, is looked at again.
  if ('status' in summary && summary.status !== 'running') ended.set(dir, { stamp, summary });
  else ended.delete(dir);
  return summary;
}

/** Differs when the database was written; the log beside it is what a writer appends to first. */
function stampOf(dir: string): string {
  return [DATABASE_FILE, `${DATABASE_FILE}-wal`]
    .map((file) => {
      const found = statSync(join(dir, file), { throwIfNoEntry: false });
      return found ? `${found.mtimeMs} ${found.size}` : '-';
    })
    .join(' ');
}
