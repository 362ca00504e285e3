import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { isMissing } from './jsonFile.ts';
import { CONFIG_FILE, GENERATION_CONFIG_FILE, WEIGHTS_INDEX_FILE, type ModelFolder } from './modelFolder.ts';

/** Everything that decides what the policy says, the weights apart. */
const SMALL_FILES = [
  CONFIG_FILE,
  GENERATION_CONFIG_FILE,
  WEIGHTS_INDEX_FILE,
  'tokenizer.json',
  'tokenizer_config.json',
  'chat_template.jinja',
];

/** Large enough that hashing, not reading, is what takes the time. */
const READ_BYTES = 1 << 20;

/**
 * Identifies a model by its contents, wherever it lies: sha256, in hexadecimal, over name, size and bytes of its configuration,
 * tokenizer and weights. Reads every weight: about a second for each gigabyte.
 */
export async function modelHash(folder: ModelFolder): Promise<string> {
  return hashFiles(folder.path, [...SMALL_FILES, ...folder.weightFiles]);
}

/** sha256 over name, size and bytes of those of the files that exist, sorted by name. */
export async function hashFiles(folder: string, names: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const name of names.toSorted()) {
    const path = join(folder, name);
    try {
      const { size } = await stat(path);
      hash.update(`${JSON.stringify(name)} ${size}\n`);
    } catch (error) {
      if (isMissing(error)) continue;
      throw error;
    }
    await pipeline(createReadStream(path, { highWaterMark: READ_BYTES }), hash, { end: false });
  }
  return hash.digest('hex');
}
