/** Which run is scored, and with which rewards. */
import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { UserError } from '../../protocol/errors.ts';
import { parseExperiment } from '../../protocol/experimentFile.ts';
import type { RewardVersion } from '../../protocol/scoring.ts';
import { skippedByTask } from '../../protocol/tasks.ts';
import { RunReader } from '../../run/reader.ts';
import { listRunFolders } from '../../run/runs.ts';

export interface Scored extends RewardVersion {
  readonly runDir: string;
}

/**
 * Of a run, its own rewards with the files as they are now; of an experiment, its newest run and the rewards that it names now.
 * @param path a run folder or an experiment file, absolute
 * @throws UserError where it is neither, or the experiment has no run
 */
export function findScored({ path, runsDir }: { readonly path: string; readonly runsDir: string }): Scored {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) throw new UserError(`There is no run folder or experiment file ${path}.`);
  if (stats.isDirectory()) return ofRun(path);
  const experiment = parseExperiment(readFileSync(path, 'utf8'), path);
  const runDir = listRunFolders(runsDir).find((dir) => isRunOf(dir, path));
  if (runDir === undefined)
    throw new UserError(`${path} has no run in ${runsDir}. Start one with rlvr train, or name a run folder.`);
  return { runDir, rewards: experiment.rewards, baseDir: dirname(path), skipped: skippedByTask(experiment) };
}

function ofRun(runDir: string): Scored {
  const reader = RunReader.open(runDir);
  try {
    return { runDir, rewards: reader.experiment().rewards, baseDir: dirname(reader.manifest.experimentPath) };
  } finally {
    reader.close();
  }
}

/** A run that cannot be read is nobody's. */
function isRunOf(dir: string, experimentPath: string): boolean {
  try {
    const reader = RunReader.open(dir);
    try {
      return reader.manifest.experimentPath === experimentPath;
    } finally {
      reader.close();
    }
  } catch {
    return false;
  }
}
