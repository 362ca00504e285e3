/** Hashes of files by what they are called and what they hold. */
import { createHash, type Hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing, openRegularFile } from './regularFile.ts';

/** Large enough that hashing, not reading, is what takes the time. */
const READ_BYTES = 1 << 20;

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
