/** The code of reward files, ready for a grader, in whatever language it is written. */
import path from 'node:path';
import { bundleRewards, type RewardModule } from './bundle.ts';
import { isPythonFile, readPythonModule, type PythonModule } from './python/pythonModule.ts';

export type Module = RewardModule | PythonModule;

export interface ModuleOptions {
  /** Folder of the experiment. */
  readonly baseDir: string;
  /** Folder for bundled modules; made where it is missing. */
  readonly outDir: string;
  /** Texts that stand for files on the disk, by absolute path. */
  readonly unsaved?: ReadonlyMap<string, string>;
  /** Absolute path of a file that is to tell what happens in it; in Python none can. */
  readonly trace?: string;
  /** Leaves esbuild's process for the next time. */
  readonly staysWarm: boolean;
}

/** By file, in the order of `files` (absolute paths). Throws `UserError` for one that cannot be used. */
export async function loadModules(
  files: readonly string[],
  { baseDir, ...options }: ModuleOptions,
): Promise<ReadonlyMap<string, Module>> {
  const bundled = await bundleRewards(
    files.filter((file) => !isPythonFile(file)),
    options,
  );
  const modules = new Map<string, Module>();
  for (const file of new Set(files))
    modules.set(file, bundled.get(file) ?? (await readPythonModule(file, path.resolve(baseDir), options.unsaved)));
  return modules;
}

export function isPython(module: Module): module is PythonModule {
  return 'kind' in module;
}
