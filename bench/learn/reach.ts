/** How many tokens a run generates until it is as accurate as asked for. */
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { EngineEvent } from '../../src/engine/protocol/events.ts';
import type { ExperimentInput } from '../../src/engine/protocol/experiment.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { integer } from '../../src/engine/run/rows.ts';
import { trainExperiment } from '../../src/engine/trainer/engine.ts';
import { experimentOf, type Trial } from './recipe.ts';

/** Steps between evaluations, and so the precision of the result. */
const EVERY = 10;

export interface Reach {
  readonly arm: string;
  /** Name of the warm start's folder. */
  readonly warm: string;
  readonly seed: number;
  /** The first evaluated step with that accuracy; null where there was none. */
  readonly step: number | null;
  /** Tokens of all completions sampled until then to train on or to measure pass rates, those thrown away among them. */
  readonly tokens: number;
  /** The share of their groups whose completions were solved all or none. */
  readonly dead: number;
  readonly runDir: string;
}

/** One way to train: what it changes of the experiment. */
export interface Arm {
  readonly name: string;
  readonly changes: Partial<ExperimentInput>;
}

/** Trains until the held-out accuracy is `target`, or to the end. */
export async function reach(arm: Arm, trial: Trial, target: number, runsDir: string): Promise<Reach> {
  const warm = basename(trial.warm);
  await mkdir(runsDir, { recursive: true });
  const experimentPath = join(runsDir, `${arm.name}-${warm}-${trial.seed}.rlvr.json`);
  const experiment = { ...experimentOf(trial), evaluation: { every: EVERY }, ...arm.changes };
  await writeFile(experimentPath, JSON.stringify(experiment, null, 2));
  const stop = new AbortController();
  let runDir = '';
  let step: number | null = null;
  const emit = (event: EngineEvent): void => {
    if (event.event === 'started') ({ runDir } = event);
    if (event.event !== 'eval' || event.step === 0 || event.accuracy.value < target || step !== null) return;
    ({ step } = event);
    stop.abort();
  };
  await trainExperiment({ experimentPath, overrides: [], runsDir }, { emit, signal: stop.signal });
  return { arm: arm.name, warm, seed: trial.seed, step, ...spent(runDir), runDir };
}

function spent(runDir: string): Pick<Reach, 'tokens' | 'dead'> {
  const reader = RunReader.open(runDir);
  try {
    const profiled = reader.metrics(0)['curriculum/profile_tokens'] ?? 0;
    const row = reader.query((db) =>
      db
        .prepare(
          `SELECT coalesce(sum(tokens), 0) AS tokens, count(*) AS groups, coalesce(sum(solved = 0 OR solved = samples), 0) AS dead
           FROM groups WHERE purpose = 'rollout' AND split = 'train'`,
        )
        .get(),
    );
    const of = (name: string): number => integer(row ?? {}, name);
    return { tokens: profiled + of('tokens'), dead: of('dead') / Math.max(1, of('groups')) };
  } finally {
    reader.close();
  }
}
