/** What a run records of where it came from, and the reward sources that it keeps. */
import { dirname, join, resolve } from 'node:path';
import { isAsKept, REWARD_ENTRIES_FILE, rewardEntries, REWARDS_FOLDER } from '../analysis/keptFiles.ts';
import { modelPath } from '../model/modelPath.ts';
import { RUN_FORMAT_VERSION, type RunManifest } from '../protocol/run.ts';
import type { Experiment } from '../protocol/experiment.ts';
import { ENGINE_VERSION } from '../protocol/version.ts';
import type { Scorer } from '../reward/scorer.ts';
import { CODE_DIFF_FILE } from '../run/layout.ts';
import { gitState } from '../run/provenance.ts';
import type { Opened } from './open.ts';

/** The manifest, and the files beside it. */
export async function describeRun(
  id: string,
  experiment: Experiment,
  experimentPath: string,
  opened: Opened,
): Promise<{ readonly manifest: RunManifest; readonly files: Readonly<Record<string, string>> }> {
  const git = await gitState(dirname(experimentPath));
  const manifest: RunManifest = {
    formatVersion: RUN_FORMAT_VERSION,
    id,
    name: experiment.name ?? null,
    createdAt: new Date().toISOString(),
    engineVersion: ENGINE_VERSION,
    experimentPath,
    modelPath: modelPath(experiment.model, dirname(experimentPath)),
    modelHash: opened.modelHash,
    datasetHash: opened.problems.hash,
    rewardHashes: opened.scorer.hashes,
    gitCommit: git.commit,
    gitDirty: git.dirty,
    seed: experiment.seed,
    provider: opened.policy.provider,
    threads: experiment.threads,
    platform: `${process.platform}-${process.arch}`,
  };
  return { manifest, files: git.diff === null ? {} : { [CODE_DIFF_FILE]: git.diff } };
}

/** The reward sources as they ran: a folder for each reward file, and the list of their entries. */
export function rewardFiles(
  experiment: Experiment,
  experimentPath: string,
  { files }: Scorer,
): Record<string, string | Uint8Array> {
  const kept: Record<string, string | Uint8Array> = {};
  const entries: Record<string, string> = {};
  for (const [index, { file, sources }] of files.entries()) {
    for (const { name, contents } of sources) kept[`${REWARDS_FOLDER}/${index}/${name}`] = contents;
    for (const reward of experiment.rewards)
      if (reward.file !== undefined && resolve(dirname(experimentPath), reward.file) === file)
        entries[reward.file] = `${index}/${sources[0]?.name ?? ''}`;
  }
  return files.length === 0 ? kept : { ...kept, [REWARD_ENTRIES_FILE]: `${JSON.stringify(entries, null, 2)}\n` };
}

/**
 * The experiment with its rewards as they were when the run began, so that later edits do not reach a resumed run: a file that
 * was edited since is read from where the run keeps it. One that was not stays in its place, with the data and packages around it.
 */
export function withKeptRewards(runDir: string, experiment: Experiment, experimentPath: string): Experiment {
  if (experiment.rewards.every(({ file }) => file === undefined)) return experiment;
  const entries = rewardEntries(runDir);
  const rewards = experiment.rewards.map((reward) => {
    const entry = reward.file === undefined ? undefined : entries[reward.file];
    if (reward.file === undefined || entry === undefined) return reward;
    const unchanged = isAsKept(runDir, entry, resolve(dirname(experimentPath), reward.file));
    return unchanged ? reward : { ...reward, file: join(runDir, entry) };
  });
  return { ...experiment, rewards };
}
