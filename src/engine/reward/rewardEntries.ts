/** The rewards of an experiment, each with the code that scores it, and the graders of that code. */
import path from 'node:path';
import { UserError } from '../protocol/errors.ts';
import type { RewardConfig } from '../protocol/experiment.ts';
import { rewardName } from '../protocol/experimentChecks.ts';
import type { GraderSetup, PythonSetup } from '../protocol/grader.ts';
import { PER_OF_CONVENTION } from '../source/pythonRewards.ts';
import { prepareBuiltin } from './builtins.ts';
import { requireExport } from './bundle.ts';
import { startGrader, type Grader, type GraderOptions } from './graderClient.ts';
import { MEMORY_LIMIT_BYTES } from './graderLimits.ts';
import { requirePythonReward, type PythonModule, type PythonReward } from './python/pythonModule.ts';
import { isPython, loadModule, type Module, type ModuleOptions } from './rewardModules.ts';
import type { UnusableRewards } from './unusableRewards.ts';

/** A reward of the experiment with what scores it: the module of its file, or null for a built-in. */
export interface Entry {
  readonly name: string;
  readonly config: RewardConfig;
  readonly module: Module | null;
  readonly per: RewardConfig['per'];
  /** Of a module in Python. */
  readonly python: PythonReward | null;
}

export type GraderByModule = ReadonlyMap<Module | null, Grader>;

/**
 * Checks the rewards and compiles their files, in the experiment's order; those that are `unusable` are left out.
 * @throws UserError on a name given twice, and where a reward that cannot be used is an error of all
 */
export async function loadEntries(
  rewards: readonly RewardConfig[],
  options: ModuleOptions,
  unusable: UnusableRewards,
): Promise<readonly Entry[]> {
  refuseDuplicates(rewards.map(rewardName));
  const modules = await loadFiles(byFile(rewards, options.baseDir), options, unusable);
  const entries: Entry[] = [];
  for (const config of rewards) {
    const name = rewardName(config);
    if (unusable.resultOf(name) !== null) continue;
    const entry = await unusable.attempt([name], () => entryOf(name, config, options.baseDir, modules));
    if (entry !== null) entries.push(entry);
  }
  return entries;
}

/** One grader for each module, and one for all built-ins. */
export async function startGraders(
  entries: readonly Entry[],
  options: GraderOptions,
  unusable: UnusableRewards,
): Promise<GraderByModule> {
  const graders = new Map<Module | null, Grader>();
  try {
    for (const [module, own] of Map.groupBy(entries, (entry) => entry.module)) {
      const runtime = module !== null && isPython(module) ? { python: module.python } : {};
      const grader = await unusable.attempt(
        own.map(({ name }) => name),
        () => startGrader(setupOf(own, options.place.folder), { ...options, ...runtime }),
      );
      if (grader !== null) graders.set(module, grader);
    }
    return graders;
  } catch (error) {
    await Promise.all([...graders.values()].map((grader) => grader.close()));
    throw error;
  }
}

/** All at once; what was asked for is done when it fails, so that nothing is written after that. */
async function loadFiles(
  files: ReadonlyMap<string, readonly RewardConfig[]>,
  options: ModuleOptions,
  unusable: UnusableRewards,
): Promise<ReadonlyMap<string, Module>> {
  const loaded = await Promise.allSettled(
    [...files].map(async ([file, own]): Promise<[string, Module][]> => {
      const module = await unusable.attempt(own.map(rewardName), () => loadModule(file, options));
      return module === null ? [] : [[file, module]];
    }),
  );
  const failure = loaded.find((one) => one.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
  return new Map(loaded.flatMap((one) => (one.status === 'fulfilled' ? one.value : [])));
}

/** Files as absolute paths, in the experiment's order. */
function byFile(rewards: readonly RewardConfig[], baseDir: string): ReadonlyMap<string, readonly RewardConfig[]> {
  const ofFiles = rewards.flatMap((config) =>
    config.file === undefined ? [] : [{ config, path: path.resolve(baseDir, config.file) }],
  );
  const grouped = Map.groupBy(ofFiles, (one) => one.path);
  return new Map([...grouped].map(([file, own]) => [file, own.map(({ config }) => config)]));
}

function entryOf(name: string, config: RewardConfig, baseDir: string, modules: ReadonlyMap<string, Module>): Entry {
  if (config.file === undefined) {
    // Made here only to check it; the grader makes its own.
    prepareBuiltin(config.function, config.options);
    return { name, config, module: null, per: config.per, python: null };
  }
  const file = path.resolve(baseDir, config.file);
  const module = modules.get(file) ?? null;
  if (module !== null && isPython(module)) {
    // Its parameters say what one call is given, and the experiment need not.
    const python = requirePythonReward(module, config.function, path.resolve(baseDir));
    return { name, config, module, per: PER_OF_CONVENTION[python.convention], python };
  }
  if (module !== null) requireExport(module, file, config.function);
  return { name, config, module, per: config.per, python: null };
}

function refuseDuplicates(names: readonly string[]): void {
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice === undefined) return;
  throw new UserError(
    `Two rewards are called "${twice}". Give one of them another "name": metrics and results go by it.`,
  );
}

function setupOf(entries: readonly Entry[], folder: string): GraderSetup {
  const rewards = entries.map(({ name, config, module, per }) => ({
    name,
    module: module?.path ?? null,
    function: config.function,
    per,
    options: config.options,
    timeoutMs: config.timeout * 1000,
  }));
  const module = entries[0]?.module ?? null;
  if (module !== null && isPython(module))
    return { kind: 'setup', folder, rewards, python: pythonSetup(module, entries) };
  const places = module?.places?.length ?? 0;
  return { kind: 'setup', folder, rewards, ...(places === 0 ? {} : { places }) };
}

function pythonSetup({ modules }: PythonModule, entries: readonly Entry[]): PythonSetup {
  const functions = entries.flatMap(({ name, python }) => (python === null ? [] : [[name, python] as const]));
  return { sources: modules, functions: Object.fromEntries(functions), memoryBytes: MEMORY_LIMIT_BYTES };
}
