/**
 * A Hugging Face model folder: `config.json`, the weights as one safetensors file or as shards with an index, and beside them
 * what the tokenizer needs. Opening it reads headers only, runs nothing and writes nothing.
 */
import { existsSync } from 'node:fs';
import { readdir, realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { UserError } from '../protocol/errors.ts';
import { clip } from './clip.ts';
import { readJsonObject, readOptionalJsonObject, type JsonObject } from './jsonFile.ts';
import { isMissing } from './regularFile.ts';
import { DTYPE_BYTES, readSafetensorsHeader, SafetensorsError, type TensorEntry } from './safetensors.ts';

/** Where one tensor of the model lies. */
export interface TensorLocation extends TensorEntry {
  /** Absolute, with links followed: a hub cache is made of links, and ONNX Runtime maps real files only. */
  readonly file: string;
}

export interface ModelFolder {
  /** Absolute. */
  readonly path: string;
  /** The object of `config.json`, for the architecture to check. */
  readonly config: JsonObject;
  /** End-of-sequence ids of `config.json` and `generation_config.json`, ascending. */
  readonly eosTokenIds: readonly number[];
  /** Names of the weight files in the folder, sorted. */
  readonly weightFiles: readonly string[];
  /** By name, file after file. */
  readonly tensors: ReadonlyMap<string, TensorLocation>;
}

/** Where a model's tensors lie, or will. */
export type TensorsOfModel = Pick<ModelFolder, 'path' | 'weightFiles' | 'tensors'>;

export const CONFIG_FILE = 'config.json';
export const GENERATION_CONFIG_FILE = 'generation_config.json';
export const WEIGHTS_FILE = 'model.safetensors';
export const WEIGHTS_INDEX_FILE = 'model.safetensors.index.json';

/** Weights in pickle format, of PyTorch: loading one can run any code, so nothing here ever does. */
export const PICKLED_WEIGHTS = /\.(?:bin|pt|pth|ckpt)$|\.bin\.index\.json$/;
/** A shard is a plain name in the folder, of a length that systems take: no path, no drive, no stream of a Windows file. */
const SHARD_NAME = /^[^/\\:\0]{1,200}\.safetensors$/;

export const PICKLES_ARE_CODE =
  'That is a Python pickle, and loading one runs whatever code it holds, so it is not read.';

const indexSchema = z.object({ weight_map: z.record(z.string(), z.string()) });
const eosSchema = z.union([z.int().min(0), z.array(z.int().min(0))]).nullish();

/**
 * Opens a model folder: checks its files' headers and says where every tensor lies.
 *
 * @throws UserError when a file is missing or not what it should be, when a shard's path leaves the folder, and when there are
 *   only pickled weights; SafetensorsError for a damaged or truncated weight file
 */
export async function openModelFolder(folder: string): Promise<ModelFolder> {
  const path = resolve(folder);
  const config = await readConfig(path);
  const generationConfig = await readOptionalJsonObject(join(path, GENERATION_CONFIG_FILE));
  const eosTokenIds = new Set([
    ...readEosTokenIds(config, join(path, CONFIG_FILE)),
    ...readEosTokenIds(generationConfig ?? {}, join(path, GENERATION_CONFIG_FILE)),
  ]);
  const { weightFiles, tensors } = await locateTensors(path);
  return { path, config, eosTokenIds: [...eosTokenIds].sort((a, b) => a - b), weightFiles, tensors };
}

/**
 * A tensor that the architecture needs.
 *
 * @throws UserError naming tensor, folder and expected size when it is missing or has another shape
 */
export function requireTensor(folder: TensorsOfModel, name: string, shape: readonly number[]): TensorLocation {
  const location = folder.tensors.get(name);
  const expected = `[${shape.join(', ')}]`;
  if (location === undefined) {
    const values = shape.reduce((product, size) => product * size, 1);
    throw new UserError(
      `${folder.path}: tensor "${name}" of shape ${expected} (${values * DTYPE_BYTES.F32} bytes as F32) is missing from ` +
        `${folder.weightFiles.join(', ')}. config.json asks for it: fetch the model again, or check that both belong together.`,
    );
  }
  if (location.shape.length !== shape.length || location.shape.some((size, axis) => size !== shape[axis])) {
    throw new UserError(
      `${location.file}: tensor "${name}" has shape [${location.shape.join(', ')}], config.json asks for ${expected}. ` +
        'Check that both belong to the same model.',
    );
  }
  return location;
}

/** @throws UserError where there is none, saying what a model folder is */
export async function readConfig(path: string): Promise<JsonObject> {
  try {
    return await readJsonObject(join(path, CONFIG_FILE));
  } catch (error) {
    if (!isMissing(error)) throw error;
    if (!existsSync(path))
      throw new UserError(
        `There is no model folder ${path}. Give a folder on this machine, relative to the experiment file, or a model of the Hugging Face hub: owner/name.`,
      );
    throw new UserError(
      `${path} is not a model folder: it has no ${CONFIG_FILE}. Give the folder that holds ${CONFIG_FILE}, ` +
        `${WEIGHTS_FILE} and tokenizer.json, as a download from Hugging Face does.`,
    );
  }
}

/** One id, a list, null or nothing are all in use. */
function readEosTokenIds(config: JsonObject, path: string): number[] {
  const parsed = eosSchema.safeParse(config['eos_token_id']);
  if (!parsed.success) throw new UserError(`${path}: "eos_token_id" must be a token id or a list of them.`);
  return [parsed.data ?? []].flat();
}

async function locateTensors(path: string): Promise<Pick<ModelFolder, 'weightFiles' | 'tensors'>> {
  const names = await readdir(path);
  const tensors = new Map<string, TensorLocation>();
  if (names.includes(WEIGHTS_FILE)) {
    for (const location of await readWeightFile(path, WEIGHTS_FILE)) tensors.set(location.name, location);
    return { weightFiles: [WEIGHTS_FILE], tensors };
  }
  if (!names.includes(WEIGHTS_INDEX_FILE)) throw noWeights(path, names);

  const wanted = await readIndex(path);
  const weightFiles = [...wanted.keys()].sort();
  for (const shard of weightFiles) {
    const present = new Map((await readWeightFile(path, shard)).map((location) => [location.name, location]));
    for (const name of wanted.get(shard) ?? []) {
      const location = present.get(name);
      if (location === undefined) {
        throw new SafetensorsError(
          `${join(path, shard)}: tensor "${clip(name)}" is missing; ${WEIGHTS_INDEX_FILE} says that it is in this file. Fetch the file again.`,
        );
      }
      tensors.set(name, location);
    }
  }
  return { weightFiles, tensors };
}

/** Names of the tensors by shard. @throws UserError where the index is none, or leads out of the folder */
export async function readIndex(path: string): Promise<Map<string, string[]>> {
  const indexPath = join(path, WEIGHTS_INDEX_FILE);
  const parsed = indexSchema.safeParse(await readJsonObject(indexPath));
  if (!parsed.success)
    throw new UserError(`${indexPath}: "weight_map" must map tensor names to file names. Fetch the file again.`);
  const shards = new Map<string, string[]>();
  for (const [tensor, shard] of Object.entries(parsed.data.weight_map)) {
    if (!SHARD_NAME.test(shard)) {
      throw new UserError(
        `${indexPath}: tensor "${clip(tensor)}" is said to be in ${clip(JSON.stringify(shard))}. Only .safetensors files in the model's own folder are read.`,
      );
    }
    const names = shards.get(shard);
    if (names === undefined) shards.set(shard, [tensor]);
    else names.push(tensor);
  }
  return shards;
}

async function readWeightFile(folder: string, name: string): Promise<TensorLocation[]> {
  const path = join(folder, name);
  try {
    const { tensors } = await readSafetensorsHeader(path);
    const file = await realpath(path);
    return [...tensors.values()].map((entry) => ({ ...entry, file }));
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new UserError(`${path} is missing, or a link to a file that is missing. Fetch the model again.`);
  }
}

function noWeights(path: string, names: readonly string[]): UserError {
  const pickled = names.find((name) => PICKLED_WEIGHTS.test(name));
  if (pickled === undefined) {
    return new UserError(`${path} has no weights: neither ${WEIGHTS_FILE} nor ${WEIGHTS_INDEX_FILE} is there.`);
  }
  return new UserError(
    `${path} has its weights only as ${pickled}. ${PICKLES_ARE_CODE} ` +
      'Take the safetensors version of the model, or convert it where you trust it: ' +
      'python -c "import sys, transformers as t; t.AutoModelForCausalLM.from_pretrained(sys.argv[1]).save_pretrained(sys.argv[2])" <folder> <new folder>',
  );
}
