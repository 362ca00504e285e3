/** The runs there are, and whether one has changed. */
import { RunReader } from '../../engine/run/reader.ts';
import { listRuns, type RunSummary, type UnreadableRun } from '../../engine/run/runs.ts';
import type { RunState } from '../../engine/run/runState.ts';
import type { Readers } from './readers.ts';

export const listMethods = {
  /** The runs of each directory, newest first. */
  listRuns: (_: Readers, { runsDirs }: { readonly runsDirs: readonly string[] }): (RunSummary | UnreadableRun)[] =>
    runsDirs.flatMap((dir) => listRuns(dir)),

  /** Where a run stands: cheap, asked ten times a second of a run that is watched. */
  runState: (readers: Readers, { dir }: { readonly dir: string }): RunState => readers.get(dir).state(),

  /** Gives up the files of a run, so that its folder can be moved. */
  release: (readers: Readers, { dir }: { readonly dir: string }): void => readers.release(dir),

  /** Whether a folder is a run that can be read. @throws UserError saying why not */
  requireRun: (_: Readers, { dir }: { readonly dir: string }): void => RunReader.open(dir).close(),
};
