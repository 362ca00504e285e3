/** The experiment that a path names. */
import { readFileSync, statSync } from 'node:fs';
import { asBegun } from '../data/asBegun.ts';
import { UserError } from '../protocol/errors.ts';
import type { Experiment } from '../protocol/experiment.ts';
import { parseExperiment } from '../protocol/experimentFile.ts';
import { RunReader } from '../run/reader.ts';
import { experimentName } from '../words/naming.ts';

export interface FoundExperiment {
  readonly experiment: Experiment;
  /** Absolute: paths in the experiment are relative to its folder. */
  readonly experimentPath: string;
  /** What it is called. */
  readonly title: string;
}

/**
 * That of an experiment file; of a run, the one that it was started with: what it names of the hub at the commits that the run read, files
 * as they are now.
 * @param path absolute
 * @throws UserError where it is neither
 */
export function findExperiment(path: string): FoundExperiment {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) throw new UserError(`There is no run folder or experiment file ${path}.`);
  if (!stats.isDirectory()) {
    const experiment = parseExperiment(readFileSync(path, 'utf8'), path);
    return { experiment, experimentPath: path, title: experiment.name ?? experimentName(path) };
  }
  const reader = RunReader.open(path);
  try {
    const { experimentPath, name } = reader.manifest;
    return {
      experiment: asBegun(reader, reader.experiment()),
      experimentPath,
      title: name ?? experimentName(experimentPath),
    };
  } finally {
    reader.close();
  }
}
