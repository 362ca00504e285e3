/**
 * Files and folders that are whole or absent, whatever happens: written under a temporary name beside their place, forced to the
 * disk, then renamed, which every file system does at once or not at all. The order is that of
 * https://www.sqlite.org/atomiccommit.html and of "All File Systems Are Not Created Equal" (Pillai et al., OSDI 2014).
 */
import { closeSync, fsyncSync, openSync, readdirSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** What a crash leaves behind has this in its name, in front of the process that wrote it. */
const TEMPORARY = '.tmp-';

/** A name beside `path` that nothing else uses and `removeLeftovers` knows. */
export function temporaryName(path: string): string {
  return join(dirname(path), `.${basename(path)}${TEMPORARY}${process.pid}`);
}

/** Removes what interrupted writers left in a folder; a folder that does not exist has nothing. */
export function removeLeftovers(folder: string): void {
  for (const name of entries(folder)) {
    if (name.startsWith('.') && name.includes(TEMPORARY)) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

/** Names in a folder; none where it does not exist. */
export function entries(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

function syncFile(path: string): void {
  // Windows flushes only through a handle that may write.
  const file = openSync(path, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Makes the names in a folder durable. Windows has no such call and needs none: NTFS journals names. */
export function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** Makes every file and name under a folder durable; links are refused, as they would point to what is not synced. */
export function syncTree(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) syncTree(path);
    else if (entry.isFile()) syncFile(path);
    else throw new Error(`${path} is neither a file nor a folder`);
  }
  syncFolder(folder);
}

/** Writes a file through `fill`, which is given a function that appends; whole or absent, an older file of the name is replaced. */
export function writeFileWhole(path: string, fill: (append: (data: string | Uint8Array) => void) => void): void {
  const temporary = temporaryName(path);
  const file = openSync(temporary, 'w');
  try {
    try {
      fill((data) => {
        const bytes = typeof data === 'string' ? Buffer.from(data, 'utf8') : data;
        for (let written = 0; written < bytes.byteLength;) written += writeSync(file, bytes, written);
      });
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncFolder(dirname(path));
}
