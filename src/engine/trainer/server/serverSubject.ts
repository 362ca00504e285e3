/** What a server is evaluated on: the problems and the rewards of an experiment, or of a run. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { hashesAt } from '../../analysis/rewardHistory.ts';
import { asBegun } from '../../data/asBegun.ts';
import type { Problems } from '../../data/problems.ts';
import { UserError } from '../../protocol/errors.ts';
import type { Experiment } from '../../protocol/experiment.ts';
import type { Scorer } from '../../reward/scorer.ts';
import { DATABASE_FILE, EXPERIMENT_FILE } from '../../run/layout.ts';
import { RunReader } from '../../run/reader.ts';
import { withRewardsAt } from '../provenance.ts';
import { readExperiment } from '../readExperiment.ts';

export interface ServerSubject {
  /** As it is recorded: of a run, the run's own, so that nothing differs where nothing does. */
  readonly experiment: Experiment;
  /** As it is opened: of a run, its model and data at the commits that it read, its rewards as they scored last. */
  readonly opened: Experiment;
  /** Absolute; paths in the experiment are relative to its folder. */
  readonly experimentPath: string;
  /** Of a run, what identifies its data and by name its rewards; null of an experiment file. */
  readonly hashes: { readonly dataset: string; readonly rewards: Readonly<Record<string, string>> } | null;
}

/**
 * @param path an experiment file, or a run folder
 * @throws UserError where it cannot be read
 */
export async function openSubject(path: string, overrides: readonly string[]): Promise<ServerSubject> {
  if (!existsSync(join(path, DATABASE_FILE))) {
    const experiment = await readExperiment(resolve(path), overrides);
    return { experiment, opened: experiment, experimentPath: resolve(path), hashes: null };
  }
  const reader = RunReader.open(resolve(path));
  try {
    const { dir, manifest } = reader;
    const experiment = await readExperiment(join(dir, EXPERIMENT_FILE), overrides);
    return {
      experiment,
      opened: asBegun(reader, withRewardsAt(reader, experiment, Infinity)),
      experimentPath: manifest.experimentPath,
      hashes: {
        dataset: manifest.datasetHash,
        rewards: hashesAt(manifest, reader.rewardVersions(), Infinity),
      },
    };
  } finally {
    reader.close();
  }
}

/** Of a run, its own problems are asked and its own rewards score. @throws UserError where they changed since */
export function requireAsInRun(
  { hashes }: ServerSubject,
  problems: Pick<Problems, 'hash'>,
  scorer: Pick<Scorer, 'hashes'>,
): void {
  if (hashes === null) return;
  const changed = Object.entries(hashes.rewards).flatMap(([name, hash]) =>
    scorer.hashes[name] === hash ? [] : [`the reward ${name} or a package it imports`],
  );
  if (problems.hash !== hashes.dataset) changed.unshift('the dataset');
  if (changed.length > 0)
    throw new UserError(
      `Nothing was asked: ${changed.join(' and ')} changed since the run, so the answers could not be compared with its own. ` +
        'Restore it, or evaluate the server and a policy on the experiment file as it is.',
    );
}
