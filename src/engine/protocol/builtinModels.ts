/** Models that come with the product: an experiment names one as `builtin:<name>`, and nothing is copied or fetched. */
import { resolve } from 'node:path';
import { UserError } from './errors.ts';

const BUILTIN_MODEL_PREFIX = 'builtin:';

/** Folder of each, relative to the product's own. */
const folders: Readonly<Record<string, string>> = { demo: 'examples/demo/model' };

/** As experiments name them: `builtin:demo`. */
export const builtinModelNames: readonly string[] = Object.keys(folders).map((name) => BUILTIN_MODEL_PREFIX + name);

export function isBuiltinModel(model: string): boolean {
  return model.startsWith(BUILTIN_MODEL_PREFIX);
}

/** What is wrong with a built-in model's name and what to write instead; null for one that there is, and for a folder. */
export function builtinModelProblem(model: string): string | null {
  if (!isBuiltinModel(model) || builtinModelNames.includes(model)) return null;
  return `there is no built-in model "${model}"; built in: ${builtinModelNames.join(', ')}`;
}

/**
 * The folder of an experiment's `model`.
 *
 * @param model `builtin:<name>`, or a folder
 * @param baseDir the folder to which folders are relative: the experiment file's
 * @param productDir the product's own folder
 * @throws UserError for a built-in model that there is not
 */
export function modelFolderOf(model: string, baseDir: string, productDir: string): string {
  const problem = builtinModelProblem(model);
  if (problem !== null) throw new UserError(`model: ${problem}.`);
  const builtin = isBuiltinModel(model) ? folders[model.slice(BUILTIN_MODEL_PREFIX.length)] : undefined;
  return builtin === undefined ? resolve(baseDir, model) : resolve(productDir, builtin);
}
