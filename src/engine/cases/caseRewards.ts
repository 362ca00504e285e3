/** How a function is called for its cases: as the experiments around say that name it, else with the defaults. */
import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { rewardConfigSchema, type RewardConfig } from '../protocol/experiment.ts';
import { parseExperiment } from '../protocol/experimentFile.ts';
import type { RewardCase } from '../protocol/rewardCases.ts';

/** A reward with the folder that its file is relative to, in which its code runs. */
export interface CaseReward {
  readonly config: RewardConfig;
  readonly baseDir: string;
}

/** An experiment that names a reward file. */
export interface NamingExperiment {
  readonly path: string;
  readonly rewards: readonly RewardConfig[];
}

const EXPERIMENT_EXTENSION = '.rlvr.json';

/**
 * The experiments that name a reward file: those beside it, then those of the folders above, up to `root`; by name in each folder. What
 * is no experiment at the moment is passed over.
 */
export function experimentsNaming(rewardFile: string, root: string): NamingExperiment[] {
  return foldersUpTo(dirname(rewardFile), root)
    .flatMap((folder) => experimentsIn(folder))
    .filter(({ path, rewards }) => rewards.some((config) => isOf(config, dirname(path), rewardFile)));
}

/** The reward that a case is about: as the first experiment has it that has the function. */
export function rewardOfCase(
  { function: name, isGroup }: Pick<RewardCase, 'function' | 'isGroup'>,
  rewardFile: string,
  experiments: readonly NamingExperiment[],
): CaseReward {
  for (const { path, rewards } of experiments) {
    const baseDir = dirname(path);
    const config = rewards.find((own) => own.function === name && isOf(own, baseDir, rewardFile));
    if (config !== undefined) return { config, baseDir };
  }
  const config = { file: basename(rewardFile), function: name, per: isGroup ? 'group' : 'completion' };
  return { config: rewardConfigSchema.parse(config), baseDir: dirname(rewardFile) };
}

function isOf({ file }: RewardConfig, baseDir: string, rewardFile: string): boolean {
  return file !== undefined && samePlace(resolve(baseDir, file), rewardFile);
}

/** A folder may be reached through a link. */
function samePlace(a: string, b: string): boolean {
  return a === b || real(a) === real(b);
}

function real(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}

/** The folder and those above it; the folder alone where it does not lie in `root`. */
function foldersUpTo(folder: string, root: string): string[] {
  const below = relative(root, folder);
  if (below === '..' || below.startsWith(`..${sep}`) || resolve(root, below) !== folder) return [folder];
  const parts = below === '' ? [] : below.split(sep);
  return [...parts.keys(), parts.length].map((length) => join(root, ...parts.slice(0, length))).reverse();
}

function experimentsIn(folder: string): NamingExperiment[] {
  return namesIn(folder)
    .filter((name) => name.endsWith(EXPERIMENT_EXTENSION))
    .sort()
    .flatMap((name) => {
      const path = join(folder, name);
      try {
        return [{ path, rewards: parseExperiment(readFileSync(path, 'utf8'), path).rewards }];
      } catch {
        return [];
      }
    });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
