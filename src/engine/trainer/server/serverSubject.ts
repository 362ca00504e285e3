/** What a server is evaluated on: the problems and the rewards of an experiment, or of a run. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { asBegun } from '../../data/asBegun.ts';
import type { Experiment } from '../../protocol/experiment.ts';
import { DATABASE_FILE, EXPERIMENT_FILE } from '../../run/layout.ts';
import { RunReader } from '../../run/reader.ts';
import { withRewardsAt } from '../provenance.ts';
import { readExperiment } from '../readExperiment.ts';

export interface ServerSubject {
  readonly experiment: Experiment;
  /** Absolute; paths in the experiment are relative to its folder. */
  readonly experimentPath: string;
}

/**
 * Of a run: its model and data at the commits that it read, and its rewards as they score by now.
 * @param path an experiment file, or a run folder
 * @throws UserError where it cannot be read
 */
export async function openSubject(path: string, overrides: readonly string[]): Promise<ServerSubject> {
  if (!existsSync(join(path, DATABASE_FILE)))
    return { experiment: await readExperiment(resolve(path), overrides), experimentPath: resolve(path) };
  const reader = RunReader.open(resolve(path));
  try {
    const experiment = await readExperiment(join(reader.dir, EXPERIMENT_FILE), overrides);
    const used = asBegun(reader, withRewardsAt(reader, experiment, Infinity));
    return { experiment: used, experimentPath: reader.manifest.experimentPath };
  } finally {
    reader.close();
  }
}
