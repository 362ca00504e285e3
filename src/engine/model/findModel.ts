/** Where the model of an experiment lies. */
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Environment } from '../hub/hubPlaces.ts';
import { modelFolderOf } from '../protocol/builtinModels.ts';
import { readHubModel, type HubModel } from '../protocol/hubModel.ts';
import { findCachedModel } from './hub/cachedModel.ts';

/** In source the product's folder is three folders up; a bundle lies in `dist/`. */
const inSource = import.meta.url.endsWith('/model/findModel.ts');
const productDir = fileURLToPath(new URL(inSource ? '../../../' : '../', import.meta.url));

export interface FoundModelFolder {
  /** Absolute. */
  readonly path: string;
  /** Of a model of the hub: the commit that it is at; null for a folder. */
  readonly revision: string | null;
  /** What its user should know. */
  readonly warnings: readonly string[];
}

/**
 * @param model `builtin:<name>`, a folder relative to `baseDir`, or `owner/name` of the hub where there is no such folder
 * @param env says where models of the hub are kept
 * @throws UserError for a built-in model that there is not, and for a model of the hub that is not on this machine
 */
export async function findModel(
  model: string,
  baseDir: string,
  env: Environment = process.env,
): Promise<FoundModelFolder> {
  const path = modelFolderOf(model, baseDir, productDir);
  const named = await hubModelOf(model, baseDir);
  if (named === null) return { path, revision: null, warnings: [] };
  const { folder, commit, warnings } = await findCachedModel(named, path, env);
  return { path: folder, revision: commit, warnings };
}

/** The model of the hub that an experiment in `baseDir` names; null where that is a folder, or comes with the product. */
export async function hubModelOf(model: string, baseDir: string): Promise<HubModel | null> {
  const named = readHubModel(model);
  return named === null || (await isFolder(resolve(baseDir, model))) ? null : named;
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
