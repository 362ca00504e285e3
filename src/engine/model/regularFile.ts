/**
 * Opening files of model folders, which come from elsewhere. Links are followed, as a hub cache is made of them and people link weights into
 * folders of theirs; what is opened is a file that has an end, and never a pipe or a device.
 */
import { open, stat, type FileHandle } from 'node:fs/promises';
import { UserError } from '../protocol/errors.ts';
import { readFully } from './readFully.ts';

/** Whether an error of node:fs says that the file is not there. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

/**
 * Opens a file for reading; the caller closes it.
 *
 * @throws UserError when it is no regular file, leads in a circle or may not be read
 * @throws the error of node:fs when it is not there (see `isMissing`)
 */
export async function openRegularFile(path: string): Promise<FileHandle> {
  try {
    // Before it is opened: opening a pipe waits until somebody writes into it.
    if ((await stat(path)).isFile()) return await open(path, 'r');
  } catch (error) {
    if (isMissing(error)) throw error;
    throw new UserError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
  }
  throw new UserError(`${path} is no file but a folder, a pipe or a device, or a link to one. Fetch the model again.`);
}

/**
 * All of a small file.
 *
 * @param maxBytes refused above
 * @throws as `openRegularFile`, and UserError when it is too large
 */
export async function readSmallFile(path: string, maxBytes: number): Promise<Uint8Array> {
  const file = await openRegularFile(path);
  try {
    const { size } = await file.stat();
    if (size > maxBytes)
      throw new UserError(`${path} has ${size} bytes; the limit is ${maxBytes}. It is not what its name says.`);
    const bytes = new Uint8Array(size);
    await readFully(file, bytes, 0);
    return bytes;
  } finally {
    await file.close();
  }
}

/** The same, and null where there is no such file. */
export async function readOptionalFile(path: string, maxBytes: number): Promise<Uint8Array | null> {
  try {
    return await readSmallFile(path, maxBytes);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}
