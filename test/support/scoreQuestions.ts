/** Questions about stored completions. */
import { dirname } from 'node:path';
import type { ScoreRequest, StoredGroup } from '../../src/engine/protocol/scoring.ts';
import { RunReader } from '../../src/engine/run/reader.ts';

/** With no reward at all. */
export function storedQuestion(runDir: string, groups: StoredGroup[]): Omit<ScoreRequest, 'kind'> {
  return { rewards: [], baseDir: runDir, unsaved: [], live: false, of: { kind: 'stored', runDir, groups } };
}

/** With the rewards of the run's own experiment. */
export function runQuestion(runDir: string, groups: StoredGroup[]): Omit<ScoreRequest, 'kind'> {
  const reader = RunReader.open(runDir);
  try {
    const { rewards } = reader.experiment();
    return { ...storedQuestion(runDir, groups), rewards, baseDir: dirname(reader.manifest.experimentPath) };
  } finally {
    reader.close();
  }
}
