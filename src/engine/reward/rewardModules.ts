/** The code of reward files, ready for a grader, in whatever language it is written. */
import path from 'node:path';
import { bundleReward, type RewardModule } from './bundle.ts';
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

/**
 * @param file absolute path
 * @throws UserError where it cannot be used
 */
export async function loadModule(file: string, { baseDir, ...options }: ModuleOptions): Promise<Module> {
  return isPythonFile(file)
    ? readPythonModule(file, path.resolve(baseDir), options.unsaved)
    : bundleReward(file, options);
}

export function isPython(module: Module): module is PythonModule {
  return 'kind' in module;
}
