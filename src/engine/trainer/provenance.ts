/** What a run records of where it came from, and the reward sources that it keeps. */
import { dirname, join, resolve } from 'node:path';
import { isAsKept, REWARD_ENTRIES_FILE } from '../analysis/keptFiles.ts';
import { sourcesAt } from '../analysis/rewardHistory.ts';
import { taskPlaces } from '../data/problems.ts';
import { RUN_FORMAT_VERSION, type RunManifest } from '../protocol/run.ts';
import type { Experiment, RewardConfig } from '../protocol/experiment.ts';
import { rewardName } from '../protocol/experimentChecks.ts';
import { ENGINE_VERSION } from '../protocol/version.ts';
import type { Scorer } from '../reward/scorer.ts';
import { CODE_DIFF_FILE, REWARDS_FOLDER } from '../run/layout.ts';
import { gitState } from '../run/provenance.ts';
import type { RunWriter } from '../run/writer.ts';
import type { Opened } from './open.ts';
import type { OpenedPolicy } from './openPolicy.ts';

/** The manifest, and the files beside it. */
export async function describeRun(
  id: string,
  experiment: Experiment,
  experimentPath: string,
  opened: Pick<Opened, 'model' | 'modelHash' | 'problems' | 'scorer'> & {
    readonly policy: Pick<Opened['policy'], 'provider' | 'weightLevels'>;
  },
): Promise<{ readonly manifest: RunManifest; readonly files: Readonly<Record<string, string>> }> {
  const git = await gitState(dirname(experimentPath));
  const manifest: RunManifest = {
    formatVersion: RUN_FORMAT_VERSION,
    id,
    name: experiment.name ?? null,
    createdAt: new Date().toISOString(),
    engineVersion: ENGINE_VERSION,
    experimentPath,
    modelPath: opened.model.folder.path,
    ...(opened.model.revision === null ? {} : { modelRevision: opened.model.revision }),
    modelHash: opened.modelHash,
    datasetHash: opened.problems.hash,
    datasets: opened.problems.origins,
    ...(experiment.tasks === undefined ? {} : { tasks: taskPlaces(opened.problems) }),
    rewardHashes: opened.scorer.hashes,
    gitCommit: git.commit,
    gitDirty: git.dirty,
    seed: experiment.seed,
    provider: opened.policy.provider,
    threads: experiment.threads,
    platform: `${process.platform}-${process.arch}`,
    ...(opened.policy.weightLevels === null ? {} : { weightLevels: opened.policy.weightLevels }),
    grader: opened.scorer.granted,
  };
  return { manifest, files: git.diff === null ? {} : { [CODE_DIFF_FILE]: git.diff } };
}

/** What is no longer what a run began with, in words: its model as this processor holds it, its data. */
export function changedSince(
  manifest: RunManifest,
  opened: Pick<OpenedPolicy, 'modelHash' | 'problems'> & {
    readonly policy: Pick<OpenedPolicy['policy'], 'weightLevels'>;
  },
  { lora }: Experiment,
): string[] {
  const from = lora?.from;
  const model = `the model ${manifest.modelPath}${from === undefined ? '' : ` or the adapter ${from}`}`;
  const was = manifest.weightLevels;
  const { weightLevels: is } = opened.policy;
  const otherLevels = was !== undefined && is !== null && was !== is;
  return [
    ...(otherLevels ? [`the processor (weights in 8 bits have ${is} levels on this one, and had ${was})`] : []),
    ...(manifest.modelHash === opened.modelHash ? [] : [model]),
    ...(manifest.datasetHash === opened.problems.hash ? [] : ['the dataset']),
  ];
}

/**
 * The reward sources as they ran: a folder for each reward file, and the list of their entries.
 * @param opened the experiment that the scorer was opened with, where that has its reward files in other places
 */
export function rewardFiles(
  experiment: Experiment,
  experimentPath: string,
  { files }: Pick<Scorer, 'files'>,
  opened: Experiment = experiment,
): Record<string, string | Uint8Array> {
  const kept: Record<string, string | Uint8Array> = {};
  const entries: Record<string, string> = {};
  for (const [index, { file, sources }] of files.entries()) {
    for (const { name, contents } of sources) kept[`${REWARDS_FOLDER}/${index}/${name}`] = contents;
    for (const reward of rewardsOf(opened, experimentPath, file)) {
      const own = experiment.rewards.find((other) => rewardName(other) === rewardName(reward));
      if (own?.file !== undefined) entries[own.file] = `${index}/${sources[0]?.name ?? ''}`;
    }
  }
  return files.length === 0 ? kept : { ...kept, [REWARD_ENTRIES_FILE]: `${JSON.stringify(entries, null, 2)}\n` };
}

/** The sources of rewards that take over in the middle of a run. */
export interface KeptSources {
  /** By reward name, the path under the run of the file that has its function. */
  readonly entries: ReadonlyMap<string, string>;
  /** Contents by path in a folder, by folder. What is in a folder decides its name, so none is ever written over. */
  readonly folders: ReadonlyMap<string, ReadonlyMap<string, Uint8Array>>;
}

/** Characters of a hash that tell the versions of one reward file apart. */
const VERSION_LENGTH = 12;

export function keptSources(
  experiment: Experiment,
  experimentPath: string,
  { files }: Pick<Scorer, 'files'>,
): KeptSources {
  const entries = new Map<string, string>();
  const folders = new Map<string, ReadonlyMap<string, Uint8Array>>();
  for (const [index, { file, hash, sources }] of files.entries()) {
    const folder = `${REWARDS_FOLDER}/${index}-${hash.slice(0, VERSION_LENGTH)}`;
    folders.set(folder, new Map(sources.map(({ name, contents }) => [name, contents])));
    for (const reward of rewardsOf(experiment, experimentPath, file))
      entries.set(rewardName(reward), `${folder}/${sources[0]?.name ?? ''}`);
  }
  return { entries, folders };
}

function rewardsOf({ rewards }: Experiment, experimentPath: string, file: string): readonly RewardConfig[] {
  return rewards.filter(
    (reward) => reward.file !== undefined && resolve(dirname(experimentPath), reward.file) === file,
  );
}

/**
 * The experiment with its rewards as they scored a step, so that later edits do not reach a resumed run: a file that was edited since is
 * read from where the run keeps it. One that was not stays in its place, with the data and packages around it.
 */
export function withRewardsAt(
  run: Pick<RunWriter, 'dir' | 'manifest' | 'rewardVersions'>,
  experiment: Experiment,
  step: number,
): Experiment {
  const { dir, manifest } = run;
  const kept = sourcesAt(dir, experiment, run.rewardVersions(), step);
  const rewards = experiment.rewards.map((reward) => {
    const entry = kept.get(rewardName(reward));
    if (reward.file === undefined || entry === undefined) return reward;
    const unchanged = isAsKept(dir, entry, resolve(dirname(manifest.experimentPath), reward.file));
    return unchanged ? reward : { ...reward, file: join(dir, entry) };
  });
  return { ...experiment, rewards };
}
