import { createHash, type Hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing, openRegularFile } from './regularFile.ts';
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
  const buffers: Buffers = [Buffer.allocUnsafe(READ_BYTES), Buffer.allocUnsafe(READ_BYTES)];
  for (const name of names.toSorted()) {
    const file = await openOptional(join(folder, name));
    if (file === null) continue;
    try {
      const { size } = await file.stat();
      hash.update(`${JSON.stringify(name)} ${size}\n`);
      await hashBytes(file, hash, buffers);
    } finally {
      await file.close();
    }
  }
  return hash.digest('hex');
}

/** What is read next, and what was read last: used in turns, since a buffer for each piece of half a gigabyte is as much garbage. */
type Buffers = [Buffer, Buffer];

/** Reads a piece while the one before it is hashed. */
async function hashBytes(file: FileHandle, hash: Hash, [next, last]: Buffers): Promise<void> {
  let read = await file.read(next);
  while (read.bytesRead > 0) {
    [next, last] = [last, next];
    const reading = file.read(next);
    hash.update(last.subarray(0, read.bytesRead));
    read = await reading;
  }
}

async function openOptional(path: string): Promise<FileHandle | null> {
  try {
    return await openRegularFile(path);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}
