/** A run's metrics and completions as files. */
import { resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { exportCompletions, exportMetrics } from '../../run/export.ts';
import { RunReader } from '../../run/reader.ts';
import { eventFilePath, exportEvents, followEvents } from '../../run/tensorboard/eventFile.ts';
import { shownPath } from '../advice.ts';
import { EXIT, type CommandIO } from '../command.ts';
import { printJson } from '../json.ts';

export interface RunFiles {
  /** Of the run, absolute. */
  readonly dir: string;
  /** Each where it was asked for. */
  readonly metrics: string | undefined;
  readonly completions: string | undefined;
  readonly tensorboard: string | undefined;
  /** Whether the event file is written on while the run goes on. */
  readonly follow: boolean;
}

/** Between two looks at a run that is followed; TensorBoard itself looks every few seconds. */
const LOOK_EVERY_MS = 1000;

export async function exportFiles(
  { dir, metrics, completions, tensorboard, follow }: RunFiles,
  json: boolean,
  io: CommandIO,
): Promise<number> {
  const report = (what: string, file: string): void => {
    if (json) printJson(io.stdout, { event: 'exported', what, file });
    else io.stdout.write(`Wrote the ${what} to ${file}\n`);
  };
  const reader = RunReader.open(dir);
  try {
    if (metrics !== undefined) {
      exportMetrics(reader, resolve(io.cwd, metrics));
      report('metrics', metrics);
    }
    if (completions !== undefined) {
      exportCompletions(reader, resolve(io.cwd, completions));
      report('completions', completions);
    }
    if (tensorboard !== undefined) {
      const logDir = resolve(io.cwd, tensorboard);
      exportEvents(reader, logDir);
      report('event file', shownPath(eventFilePath(reader, logDir), io.cwd));
      if (follow) await followEvents(reader, logDir, { signal: io.signal, wait: () => nextLook(io.signal) });
    }
    return io.signal.aborted ? EXIT.stopped : EXIT.done;
  } finally {
    reader.close();
  }
}

async function nextLook(signal: AbortSignal): Promise<void> {
  try {
    await setTimeout(LOOK_EVERY_MS, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
