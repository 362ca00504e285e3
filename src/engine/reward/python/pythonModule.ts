/** Makes ready what the grader of code in Python needs of a reward file. Runs none of the user's code. */
import path from 'node:path';
import { UserError } from '../../protocol/errors.ts';
import type { PythonConvention } from '../../protocol/grader.ts';
import { nearest } from '../../protocol/nearest.ts';
import { findPython } from '../../process/python.ts';
import { pythonFunctions, type PythonFunction } from '../../source/pythonRewards.ts';
import { collectSources, hashSources, type RewardSource } from '../rewardSources.ts';
import { readPythonSources } from './pythonSources.ts';

export interface PythonModule {
  readonly kind: 'python';
  /** Absolute path of the reward file. */
  readonly path: string;
  /** sha256 over the file, every module of the project that it imports by a statement, and the version of Python. */
  readonly hash: string;
  /** The files it is made of, the entry first: what a run keeps a copy of. */
  readonly sources: readonly RewardSource[];
  /** Absolute folder that the names of the sources are relative to. */
  readonly root: string;
  /** As `CollectedSources` has them. */
  readonly packages: readonly string[];
  /** The same files with their own paths, as the grader loads them. */
  readonly modules: readonly { readonly path: string; readonly text: string }[];
  readonly functions: readonly PythonFunction[];
  /** Path of the interpreter. */
  readonly python: string;
  /** Its values are not told. */
  readonly places: null;
}

/** A function of the module that an experiment names. */
export interface PythonReward {
  readonly convention: PythonConvention;
  /** Where it begins, such as "reward.py:3:5". */
  readonly place: string;
}

export function isPythonFile(file: string): boolean {
  return path.extname(file).toLowerCase() === '.py';
}

/**
 * @param folder of the experiment, in and above which a virtual environment is looked for
 * @param unsaved texts that stand for files on the disk, by absolute path
 * @throws UserError where the file cannot be read, or there is no Python
 */
export async function readPythonModule(
  file: string,
  folder: string,
  unsaved: ReadonlyMap<string, string> = new Map(),
): Promise<PythonModule> {
  const texts = await readPythonSources(file, unsaved);
  const { python, problem } = await findPython(folder);
  if (python === null) throw new UserError(`The reward file ${file} needs Python. ${problem}`);
  const modules = [...texts].map(([path, text]) => ({ path, text }));
  const contents = new Map(modules.map(({ path, text }) => [path, new TextEncoder().encode(text)]));
  const { sources, packages, root } = await collectSources(file, contents);
  return {
    kind: 'python',
    path: file,
    hash: hashSources({ sources, packages: [...packages, `python@${python.version}`] }),
    sources,
    root,
    packages,
    modules,
    functions: pythonFunctions(texts.get(file) ?? ''),
    python: python.executable,
    places: null,
  };
}

/**
 * @param folder of the experiment, which places are relative to
 * @throws UserError where the file has no such function, or one that can be called in no known way
 */
export function requirePythonReward(module: PythonModule, name: string, folder: string): PythonReward {
  const { path: file, functions } = module;
  const found = functions.findLast((one) => one.name === name);
  if (found === undefined) {
    const names = functions.map((one) => one.name);
    const near = nearest(name, names);
    throw new UserError(
      `${file} defines no function "${name}"${near === undefined ? '.' : `; did you mean "${near}"?`} ` +
        `It defines ${names.length === 0 ? 'none' : names.join(', ')}. Write "def ${name}(...):" there, at the beginning of a line, or ` +
        'correct "function" in the experiment.',
    );
  }
  const { line, column } = found.namePlace;
  const place = `${path.relative(folder, file)}:${line + 1}:${column + 1}`;
  if (found.convention === null)
    throw new UserError(
      `${place}: "${name}" has the parameters of no known reward. Write "def ${name}(completions, **kwargs):", which is called as TRL calls ` +
        `it, or "def ${name}(data_source, solution_str, ground_truth, extra_info=None):", as verl does.`,
    );
  return { convention: found.convention, place };
}
