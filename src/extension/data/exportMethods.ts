/** A run as files for other programs. */
import { exportCompletions, exportMetrics } from '../../engine/run/export.ts';
import type { Readers } from './readers.ts';

export const exportMethods = {
  /** Writes metrics or completions of a run to a file, whose name ends in .csv or .jsonl. @throws UserError, UsageError */
  export: (
    readers: Readers,
    { dir, what, file }: { readonly dir: string; readonly what: 'metrics' | 'completions'; readonly file: string },
  ): void => (what === 'metrics' ? exportMetrics : exportCompletions)(readers.get(dir), file),
};
