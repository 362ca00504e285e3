/** The runs there are, and whether one has changed. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { sinceLastRun } from '../../engine/analysis/sinceLastRun.ts';
import { savedSteps } from '../../engine/run/checkpoints.ts';
import { exportCompletions, exportMetrics } from '../../engine/run/export.ts';
import { readLabel, writeLabel, type RunLabel } from '../../engine/run/label.ts';
import { DATABASE_FILE } from '../../engine/run/layout.ts';
import { RunReader } from '../../engine/run/reader.ts';
import { listRunFolders, summarizeRun, type RunSummary, type UnreadableRun } from '../../engine/run/runs.ts';
import type { RunState, WriterInfo } from '../../engine/run/runState.ts';
import { moveToTrash, restoreFromTrash } from '../../engine/run/trash.ts';
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

  /** Where a run stands: cheap, asked ten times a second of a run that is watched. */
  runState: (readers: Readers, { dir }: { readonly dir: string }): RunState => readers.get(dir).state(),

  /** Deletes a run so that it can be had back, and says where it lies. @throws UserError where it is running or cannot be moved */
  moveToTrash: (readers: Readers, { dir }: { readonly dir: string }): string => {
    // An open file cannot be moved on Windows.
    readers.release(dir);
    return moveToTrash(dir);
  },

  restoreFromTrash: (_: Readers, { trashed, dir }: { readonly trashed: string; readonly dir: string }): void =>
    restoreFromTrash(trashed, dir),

  /** @throws UserError where the run's folder cannot be written */
  setLabel: (_: Readers, { dir, label }: { readonly dir: string; readonly label: RunLabel }): void =>
    writeLabel(dir, label),

  /** Who writes a run, or did so last. */
  writer: (readers: Readers, { dir }: { readonly dir: string }): WriterInfo | null => readers.get(dir).writer(),

  /** Steps of which the run has a checkpoint that can be used elsewhere, ascending, and whether those are adapters. */
  checkpoints: (
    readers: Readers,
    { dir }: { readonly dir: string },
  ): { readonly steps: readonly number[]; readonly adapters: boolean } => ({
    steps: savedSteps(dir, 'checkpoints'),
    adapters: !readers.get(dir).experiment().full,
  }),

  /** What an experiment says, as its text is now, that its last run did not. @throws UserError */
  sinceLastRun: (
    readers: Readers,
    { dir, text, path }: { readonly dir: string; readonly text: string; readonly path: string },
  ): string => sinceLastRun(readers.get(dir), text, path),

  /** Writes metrics or completions of a run to a file, whose name ends in .csv or .jsonl. @throws UserError, UsageError */
  export: (
    readers: Readers,
    { dir, what, file }: { readonly dir: string; readonly what: 'metrics' | 'completions'; readonly file: string },
  ): void => (what === 'metrics' ? exportMetrics : exportCompletions)(readers.get(dir), file),

  /** Nothing, where a folder is a run that can be read. @throws UserError saying why it is not */
  requireRun: (_: Readers, { dir }: { readonly dir: string }): void => RunReader.open(dir).close(),
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
