/** What of an experiment is handed over: its problems with their prompts written, its model's place, the sources of its rewards. */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { loadProblems, type Problems } from '../data/problems.ts';
import { renderChat } from '../model/chatTemplate.ts';
import { openModelFolder } from '../model/modelFolder.ts';
import { findModel } from '../model/findModel.ts';
import { architectureOf } from '../model/registry.ts';
import { Tokenizer } from '../model/tokenizer.ts';
import { UserError } from '../protocol/errors.ts';
import type { Experiment, RewardConfig } from '../protocol/experiment.ts';
import type { PythonConvention } from '../protocol/grader.ts';
import { weightAt } from '../protocol/rewardWeights.ts';
import { tasksOf } from '../protocol/tasks.ts';
import { isPythonFile } from '../reward/python/pythonModule.ts';
import { loadRewardFiles } from '../reward/loadRewardFiles.ts';
import type { RewardSource } from '../reward/rewardSources.ts';
import { pythonFunctions } from '../source/pythonRewards.ts';

export interface HandedReward {
  readonly name: string;
  readonly config: RewardConfig;
  /** Of its file, absolute; null for a built-in one. */
  readonly path: string | null;
  /** Names of the tasks that it applies to; null where there is one dataset. */
  readonly tasks: readonly string[] | null;
  /** Of a reward in Python; null for all others. */
  readonly convention: PythonConvention | null;
}

export interface HandedExperiment {
  readonly experiment: Experiment;
  readonly modelPath: string;
  /** null for none to continue from. */
  readonly adapterPath: string | null;
  readonly problems: Problems;
  readonly rewards: readonly HandedReward[];
  /** Sources of each reward file, by its absolute path; the entry first. */
  readonly files: ReadonlyMap<string, readonly RewardSource[]>;
  readonly encode: (text: string, options: { readonly addSpecialTokens: boolean }) => Int32Array;
  /** What comes in front of a text where the tokenizer adds its special tokens; empty for most. */
  readonly specialPrefix: string;
  readonly warnings: readonly string[];
}

/**
 * Opens what an experiment names. Its rewards are loaded once, so that what is handed over is known to load.
 * @param path of the experiment file, absolute: paths in it are relative to its folder
 * @throws UserError for whatever of it cannot be used
 */
export async function openForHandover(experiment: Experiment, path: string): Promise<HandedExperiment> {
  if (experiment.method !== 'grpo')
    throw new UserError(
      'Only experiments that learn from rewards are written for other trainers; this one has `method: "sft"`.',
    );
  const baseDir = dirname(path);
  const found = await findModel(experiment.model, baseDir);
  const folder = await openModelFolder(found.path);
  const tokenizer = await Tokenizer.load(folder.path, folder.eosTokenIds);
  const problems = await loadProblems(tasksOf(experiment), {
    baseDir,
    seed: experiment.seed,
    encode: (text, options) => tokenizer.encode(text, options),
    renderChat: (messages) => renderChat(tokenizer, messages),
    contextLength: architectureOf(folder.config).contextLength,
    maxCompletionLength: experiment.rollout.maxCompletionLength,
  });
  const { files, warnings } = await loadRewardFiles(experiment.rewards, baseDir);
  const { lora, full } = experiment;
  return {
    experiment,
    modelPath: folder.path,
    adapterPath: full || lora?.from === undefined ? null : resolve(baseDir, lora.from),
    problems,
    rewards: await Promise.all(atTheEnd(experiment).map((config) => handedReward(config, experiment, baseDir))),
    files: new Map(files.map(({ file, sources }) => [file, sources])),
    encode: (text, options) => tokenizer.encode(text, options),
    specialPrefix: tokenizer.decode(tokenizer.encode(''), { skipSpecialTokens: false }),
    warnings: [...found.warnings, ...problems.warnings, ...warnings],
  };
}

/** Other trainers know one weight for all steps: that of the last, which the run comes to. */
function atTheEnd({ rewards, training }: Experiment): RewardConfig[] {
  return rewards.map((reward) => ({ ...reward, weight: weightAt(reward.weight, training.steps) }));
}

async function handedReward(config: RewardConfig, experiment: Experiment, baseDir: string): Promise<HandedReward> {
  const name = config.name ?? config.function;
  const applying = tasksOf(experiment).filter(({ rewards }) => rewards.includes(name));
  const tasks = experiment.tasks === undefined ? null : applying.flatMap(({ name: task }) => task ?? []);
  const path = config.file === undefined ? null : resolve(baseDir, config.file);
  if (path === null || !isPythonFile(path)) return { name, config, path, tasks, convention: null };
  const found = pythonFunctions(await readFile(path, 'utf8')).findLast((one) => one.name === config.function);
  return { name, config, path, tasks, convention: found?.convention ?? null };
}
