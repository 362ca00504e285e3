/**
 * Files of weights in another form than a model's own, in a folder that several processes share. A file has the name of what it was made
 * from and is written once, whole or not at all; what is mapped into memory is never rewritten.
 */
import { mkdir, readdir, realpath, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { leftBehind, unfinished } from '../hub/unfinishedFile.ts';
import { UserError } from '../protocol/errors.ts';
import { isMissing } from './regularFile.ts';
import { readSafetensorsHeader, SafetensorsError, type TensorEntry } from './safetensors.ts';
import { sizeOf, writeSafetensors, type TensorSource } from './safetensorsWriter.ts';

export interface CachedWeights {
  /** Absolute and real. */
  readonly file: string;
  readonly tensors: ReadonlyMap<string, TensorEntry>;
}

/**
 * The file of this name, which is written where it is not there, one tensor in memory at a time.
 *
 * @param cacheFolder made where it does not exist. One call at a time in each process
 * @param name says all that the tensors depend on, by a hash
 * @throws UserError when there is no room for it
 */
export async function cachedWeights(
  cacheFolder: string,
  name: string,
  tensors: readonly TensorSource[],
): Promise<CachedWeights> {
  await mkdir(cacheFolder, { recursive: true });
  const file = join(await realpath(cacheFolder), name);
  return { file, tensors: (await readCached(file)) ?? (await write(file, tensors)) };
}

/** The tensors of a cache file; null where it is not there, or was damaged after it got its name, which it gets when it is whole. */
async function readCached(file: string): Promise<ReadonlyMap<string, TensorEntry> | null> {
  try {
    return (await readSafetensorsHeader(file)).tensors;
  } catch (error) {
    if (isMissing(error)) return null;
    if (!(error instanceof SafetensorsError)) throw error;
    await rm(file, { force: true });
    return null;
  }
}

async function write(file: string, tensors: readonly TensorSource[]): Promise<ReadonlyMap<string, TensorEntry>> {
  await removeLeftovers(dirname(file));
  const temporary = unfinished(file);
  try {
    await writeSafetensors(temporary, tensors);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    // Windows refuses to replace a file that another process has mapped; it has the same bytes.
    const written = await readCached(file);
    if (written !== null) return written;
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') {
      const bytes = tensors.reduce((sum, tensor) => sum + sizeOf(tensor), 0);
      throw new UserError(
        `The disk of ${dirname(file)} is full: ${bytes} bytes are needed there for the weights in another form. Make room and start again.`,
      );
    }
    throw error;
  }
  return (await readSafetensorsHeader(file)).tensors;
}

/** Removes what writers that are gone have left: such a file can be as large as the model. */
async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder))
    if (leftBehind(name) !== null) await rm(join(folder, name), { force: true });
}
