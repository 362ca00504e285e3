/** The runs of a runs directory. */
import { basename, join } from 'node:path';
import { entries } from './durable.ts';
import { messageOf } from './errors.ts';
import { RunReader } from './reader.ts';
import { isRunId } from './runId.ts';
import type { RunState } from './runState.ts';
import type { EvaluationSummary } from '../protocol/events.ts';
import type { Metrics } from '../protocol/metrics.ts';
import type { SweepMembership } from '../protocol/sweep/membership.ts';

export interface RunSummary extends RunState {
  readonly id: string;
  readonly dir: string;
  readonly name: string | null;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly engineVersion: string;
  readonly experimentPath: string;
  /** null of a run on its own. */
  readonly sweep: SweepMembership | null;
  /** How many steps the experiment asks for. */
  readonly steps: number;
  /** Metrics of the newest step. */
  readonly lastMetrics: Metrics;
  /** The newest evaluation on the validation part; null where there is none. */
  readonly lastEvaluation: EvaluationSummary | null;
}

/** A folder with a run's name whose contents cannot be read; the error says why. */
export interface UnreadableRun {
  readonly id: string;
  readonly dir: string;
  readonly error: string;
}

/** Newest first. A directory that does not exist has no runs; a broken run is listed as such and spoils no other. */
export function listRuns(runsDir: string): (RunSummary | UnreadableRun)[] {
  return listRunFolders(runsDir).map(summarizeRun);
}

/** Folders with a run's name, newest first. */
export function listRunFolders(runsDir: string): string[] {
  return entries(runsDir)
    .filter(isRunId)
    .sort()
    .reverse()
    .map((id) => join(runsDir, id));
}

export function summarizeRun(dir: string): RunSummary | UnreadableRun {
  return describeRun(dir, summaryOf);
}

/** What `describe` says of the run in a folder, or why it cannot be read. */
export function describeRun<Found>(dir: string, describe: (reader: RunReader) => Found): Found | UnreadableRun {
  try {
    const reader = RunReader.open(dir);
    try {
      return describe(reader);
    } finally {
      reader.close();
    }
  } catch (error) {
    return { id: basename(dir), dir, error: messageOf(error) };
  }
}

/** @throws UserError where the run cannot be read */
export function summaryOf(reader: RunReader): RunSummary {
  const { dir } = reader;
  const state = reader.state();
  const { name, createdAt, engineVersion, experimentPath, sweep = null } = reader.manifest;
  const lastMetrics = state.lastStep === null ? {} : reader.metrics(state.lastStep);
  const { steps } = reader.experiment().training;
  const lastEvaluation = reader.evaluations().findLast(({ split }) => split === 'validation') ?? null;
  const made = { id: basename(dir), dir, name, createdAt, engineVersion, experimentPath, sweep, steps };
  return { ...made, ...state, lastMetrics, lastEvaluation };
}
