/** A trained model as a Hugging Face folder, which transformers loads. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { applyEdits, modify } from 'jsonc-parser';
import { CONFIG_FILE, GENERATION_CONFIG_FILE, type ModelFolder } from './modelFolder.ts';
import { readOptionalFile, readSmallFile } from './regularFile.ts';
import type { TensorSource } from './safetensorsWriter.ts';
import { CHAT_TEMPLATE_FILE, TOKENIZER_CONFIG_FILE, TOKENIZER_FILE } from './tokenizer.ts';
import { writeWeights } from './weightShards.ts';

/** Copied as they are where the source has them: a tokenizer in all its forms, and how to sample. */
const COPIED_FILES = [
  ...[TOKENIZER_FILE, TOKENIZER_CONFIG_FILE, CHAT_TEMPLATE_FILE, GENERATION_CONFIG_FILE],
  ...['special_tokens_map.json', 'added_tokens.json', 'vocab.json', 'merges.txt', 'tokenizer.model'],
];
/** Of one of them: far above any in use. */
const MAX_COPIED_BYTES = 256 * 2 ** 20;
/** transformers loads weights in the type that these keys name, and would round ours. */
const DTYPE_KEYS = ['dtype', 'torch_dtype'];

/**
 * Writes a copy of a model with new weights, in float32, under the same names, and nothing of the source that has none: a stored copy
 * of a tied head would be the old one. The folder is made where it does not exist; none of the files may be there. All is flushed to the disk; whole or not at
 * all is the caller's business.
 *
 * @param weights by name; as a function, the values are asked for when their turn comes
 * @returns size of the weights' files in bytes
 * @throws RangeError for a name that the source does not have, or values of another size
 */
export async function writeModelFolder(
  source: ModelFolder,
  folder: string,
  weights: ReadonlyMap<string, TensorSource['data']>,
): Promise<number> {
  for (const name of weights.keys()) {
    if (!source.tensors.has(name)) throw new RangeError(`${source.path} has no tensor "${name}".`);
  }
  await mkdir(folder, { recursive: true });
  await writeNew(join(folder, CONFIG_FILE), await float32Config(source));
  await copySmallFiles(source.path, folder);
  const tensors = [...source.tensors.values()].flatMap(({ name, shape }): TensorSource[] => {
    const data = weights.get(name);
    return data === undefined ? [] : [{ name, shape, data }];
  });
  return writeWeights(folder, tensors);
}

/** Copies what belongs to a model beside its weights and configuration; an adapter's folder has it too. */
export async function copySmallFiles(source: string, folder: string): Promise<void> {
  for (const name of COPIED_FILES) {
    const contents = await readOptionalFile(join(source, name), MAX_COPIED_BYTES);
    if (contents !== null) await writeNew(join(folder, name), contents);
  }
}

/**
 * The text of a model's configuration, for weights in float32. Edited as text: parsing and writing it again would turn Python's floats such
 * as 10000.0 into integers.
 */
export async function float32Config({ path }: ModelFolder): Promise<string> {
  const text = new TextDecoder().decode(await readSmallFile(join(path, CONFIG_FILE), MAX_COPIED_BYTES));
  const config: unknown = JSON.parse(text);
  const present = DTYPE_KEYS.filter((key) => typeof config === 'object' && config !== null && key in config);
  return present.reduce((edited, key) => applyEdits(edited, modify(edited, [key], 'float32', {})), text);
}

/** Writes a file that is not there yet, and flushes it to the disk. */
export function writeNew(path: string, contents: string | Uint8Array): Promise<void> {
  return writeFile(path, contents, { flag: 'wx', flush: true });
}
