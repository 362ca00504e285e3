/** A run as files for other programs. */
import { join } from 'node:path';
import { REPORT_HTML, writeReport } from '../../engine/analysis/report/writeReport.ts';
import { exportCompletions, exportMetrics } from '../../engine/run/export.ts';
import { exportEvents } from '../../engine/run/tensorboard/eventFile.ts';
import type { Readers } from './readers.ts';

export const exportMethods = {
  /** Writes metrics or completions of a run to a file, whose name ends in .csv, .jsonl or .parquet. @throws UserError, UsageError */
  export: (
    readers: Readers,
    { dir, what, file }: { readonly dir: string; readonly what: 'metrics' | 'completions'; readonly file: string },
  ): void => (what === 'metrics' ? exportMetrics : exportCompletions)(readers.get(dir), file),

  /** Writes an event file of TensorBoard's, and tells its path. @throws UserError */
  exportEvents: (readers: Readers, { dir, logDir }: { readonly dir: string; readonly logDir: string }): string =>
    exportEvents(readers.get(dir), logDir),

  /** Writes the report of a run, beside another where one is given, and tells the path of the HTML. @throws UserError */
  writeReport: (
    readers: Readers,
    { dir, other, outDir }: { readonly dir: string; readonly other: string | null; readonly outDir: string },
  ): string => {
    writeReport(readers.get(dir), other === null ? null : readers.get(other), outDir);
    return join(outDir, REPORT_HTML);
  },
};
