/** What a run records of where it came from, and the reward sources that it keeps. */
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { z } from 'zod';
import { RUN_FORMAT_VERSION, type RunManifest } from '../protocol/run.ts';
import type { Experiment } from '../protocol/experiment.ts';
import { ENGINE_VERSION } from '../protocol/version.ts';
import type { Scorer } from '../reward/scorer.ts';
import { CODE_DIFF_FILE } from '../run/layout.ts';
import { gitState } from '../run/provenance.ts';
import type { Opened } from './open.ts';

const REWARDS_FOLDER = 'rewards';

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
    modelPath: resolve(dirname(experimentPath), experiment.model),
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

/** Which of the kept files is the entry of which reward file of the experiment. */
const ENTRIES_FILE = `${REWARDS_FOLDER}/entries.json`;
const entriesSchema = z.record(z.string(), z.string());

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
  return files.length === 0 ? kept : { ...kept, [ENTRIES_FILE]: `${JSON.stringify(entries, null, 2)}\n` };
}

/**
 * The experiment with its rewards as they were when the run began, so that later edits do not reach a resumed run: a file that
 * was edited since is read from where the run keeps it. One that was not stays in its place, with the data and packages around it.
 */
export async function withKeptRewards(
  runDir: string,
  experiment: Experiment,
  experimentPath: string,
): Promise<Experiment> {
  if (experiment.rewards.every(({ file }) => file === undefined)) return experiment;
  const entries = entriesSchema.parse(JSON.parse(await readFile(join(runDir, ENTRIES_FILE), 'utf8')));
  const rewards = experiment.rewards.map(async (reward) => {
    const entry = reward.file === undefined ? undefined : entries[reward.file];
    if (reward.file === undefined || entry === undefined) return reward;
    const [folder = '', ...name] = entry.split('/');
    const kept = join(runDir, REWARDS_FOLDER, folder);
    const unchanged = await isAsKept(kept, join(...name), resolve(dirname(experimentPath), reward.file));
    return unchanged ? reward : { ...reward, file: join(kept, ...name) };
  });
  return { ...experiment, rewards: await Promise.all(rewards) };
}

/** Whether an entry file and all that it imports still are what the folder `kept` holds; there the entry is called `name`. */
async function isAsKept(kept: string, name: string, entry: string): Promise<boolean> {
  if (!entry.endsWith(name)) return false;
  const root = entry.slice(0, -name.length);
  for (const file of await readdir(kept, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue;
    const path = join(file.parentPath, file.name);
    const now = await readFile(join(root, relative(kept, path))).catch(() => null);
    if (!now?.equals(await readFile(path))) return false;
  }
  return true;
}
