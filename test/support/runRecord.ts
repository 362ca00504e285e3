/** What a run leaves behind, in a form to compare: everything but the clock. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { EvaluationSummary } from '../../src/engine/protocol/events.ts';
import { isClockMetric, type Metrics } from '../../src/engine/protocol/metrics.ts';
import { exportCompletions, exportMetrics } from '../../src/engine/run/export.ts';
import { RunReader } from '../../src/engine/run/reader.ts';

export interface RunRecord {
  /** One row per step, step 0 first. */
  readonly metrics: readonly Metrics[];
  /** Lines of the export, every column. */
  readonly completions: readonly string[];
  /** What the reward functions said of each, with the answers that they took. */
  readonly verdicts: readonly string[];
  readonly evaluations: readonly EvaluationSummary[];
  /** sha256 of every saved file by its path in the run: weights, their configuration, the optimiser's state. */
  readonly saved: Readonly<Record<string, string>>;
}

const metricsRow = z.record(z.string(), z.number());

/** Reads a run through its exports. */
export function recordOf(dir: string): RunRecord {
  const folder = mkdtempSync(join(tmpdir(), 'rlvr-export-'));
  const reader = RunReader.open(dir);
  try {
    exportMetrics(reader, join(folder, 'metrics.jsonl'));
    exportCompletions(reader, join(folder, 'completions.jsonl'));
    return {
      metrics: lines(join(folder, 'metrics.jsonl')).map((line) => withoutClock(metricsRow.parse(JSON.parse(line)))),
      completions: lines(join(folder, 'completions.jsonl')),
      verdicts: Array.from(reader.completions(), ({ key, rewards }) => JSON.stringify({ ...key, ...rewards })),
      evaluations: reader.evaluations(),
      saved: savedFiles(dir),
    };
  } finally {
    reader.close();
    rmSync(folder, { recursive: true });
  }
}

/** Two runs are the same run. */
export function assertSameRun(actual: RunRecord, expected: RunRecord): void {
  assert.deepEqual(actual.metrics, expected.metrics);
  assert.deepEqual(actual.completions, expected.completions);
  assert.deepEqual(actual.verdicts, expected.verdicts);
  assert.deepEqual(actual.evaluations, expected.evaluations);
  assert.deepEqual(actual.saved, expected.saved);
}

/** The metrics of a step. */
export function metricsOf({ metrics }: RunRecord, step: number): Metrics {
  return metrics.find((row) => row['step'] === step) ?? assert.fail(`the run has no step ${step}`);
}

function lines(file: string): string[] {
  return readFileSync(file, 'utf8').split('\n').slice(0, -1);
}

function withoutClock(row: Metrics): Metrics {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !isClockMetric(name)));
}

function savedFiles(dir: string): Record<string, string> {
  const files = ['checkpoints', 'state'].flatMap((kind) =>
    readdirSync(dir).includes(kind) ? readdirSync(join(dir, kind), { recursive: true, withFileTypes: true }) : [],
  );
  return Object.fromEntries(
    files
      .filter((file) => file.isFile())
      .map((file) => join(file.parentPath, file.name))
      .sort()
      .map((path) => [
        path.slice(dir.length + 1).replaceAll('\\', '/'),
        createHash('sha256').update(readFileSync(path)).digest('hex'),
      ]),
  );
}
