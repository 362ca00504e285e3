/** Running trials: each one a run of the engine from a written experiment file, as a user's would be. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { CONFIG_FILE } from '../../src/engine/model/modelFolder.ts';
import { UserError } from '../../src/engine/protocol/errors.ts';
import type { EngineEvent } from '../../src/engine/protocol/events.ts';
import { trainExperiment } from '../../src/engine/trainer/engine.ts';
import { experimentOf, type Trial } from './recipe.ts';

export interface TrialResult {
  /** Name of the warm start's folder. */
  readonly warm: string;
  readonly seed: number;
  /** Greedy accuracy on the held-out problems. */
  readonly before: number;
  readonly after: number;
  /** Wall time, loading and evaluation included. */
  readonly seconds: number;
  readonly runDir: string;
}

/** The model folders in a folder, by name. @throws UserError where there is none */
export async function warmStarts(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  const found = names.map((name) => resolve(folder, name)).filter((path) => existsSync(join(path, CONFIG_FILE)));
  if (found.length === 0) {
    throw new UserError(
      `--warm ${folder} holds no model folder: each warm start is a folder in it with a ${CONFIG_FILE}.`,
    );
  }
  return found.sort();
}

/** Trains once; the run stays in `runsDir`, with its experiment file. @throws UserError where it ends without an evaluation */
export async function runTrial(trial: Trial, runsDir: string, signal: AbortSignal): Promise<TrialResult> {
  const start = performance.now();
  const warm = basename(trial.warm);
  await mkdir(runsDir, { recursive: true });
  const experimentPath = join(runsDir, `${warm}-${trial.seed}.rlvr.json`);
  await writeFile(experimentPath, JSON.stringify(experimentOf(trial), null, 2));
  let done: Extract<EngineEvent, { event: 'done' }> | null = null;
  const emit = (event: EngineEvent): void => {
    if (event.event === 'warning') process.stderr.write(`${warm}, seed ${trial.seed}: ${event.message}\n`);
    if (event.event === 'done') done = event;
  };
  const outcome = await trainExperiment({ experimentPath, overrides: [], runsDir }, { emit, signal });
  const { before, after, runDir } = finished(outcome === 'finished' ? done : null, warm);
  return { warm, seed: trial.seed, before, after, seconds: (performance.now() - start) / 1000, runDir };
}

function finished(
  done: Extract<EngineEvent, { event: 'done' }> | null,
  warm: string,
): { readonly before: number; readonly after: number; readonly runDir: string } {
  if (!done?.before || !done.after) throw new UserError(`The run from ${warm} was stopped before its last evaluation.`);
  return { before: done.before.accuracy.value, after: done.after.accuracy.value, runDir: done.runDir };
}

/** Runs every trial, at most `jobs` at once, and calls `report` as each ends. The first failure stops the others. */
export async function runTrials(
  trials: readonly Trial[],
  {
    runsDir,
    jobs,
    report,
  }: { readonly runsDir: string; readonly jobs: number; readonly report: (result: TrialResult) => void },
): Promise<TrialResult[]> {
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  const waiting = [...trials];
  const results: TrialResult[] = [];
  const worker = async (): Promise<void> => {
    for (let trial = waiting.shift(); trial !== undefined; trial = waiting.shift()) {
      const result = await runTrial(trial, runsDir, stop.signal);
      results.push(result);
      report(result);
    }
  };
  const workers = Array.from({ length: jobs }, () =>
    worker().catch((error: unknown) => {
      waiting.length = 0;
      stop.abort();
      throw error;
    }),
  );
  const ends = await Promise.allSettled(workers);
  const failure = ends.find((end) => end.status === 'rejected');
  if (failure) throw failure.reason;
  return results;
}
