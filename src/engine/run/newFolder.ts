/**
 * Folders that a person asks for outside of a run: whole or absent. Each says in a file which files were written, and only a folder in
 * which nothing else lies is ever replaced, where that was asked for.
 */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { z } from 'zod';
import { UserError } from '../protocol/errors.ts';
import { syncFolder, syncTree, temporaryName } from './durable.ts';

export interface NewFolderOptions {
  /** What will be written at least; refused where the disk has less. */
  readonly bytes: number;
  /** Takes the place of an older folder that was written so. */
  readonly replaces: boolean;
}

/** At the top of each such folder. */
export const CONTENTS_FILE = 'rlvr-export.json';

const contentsSchema = z.object({
  /** Paths in the folder of what was written beside this file, with `/`, sorted. */
  files: z.array(z.string()),
});

/** Beside the bytes that are counted: tokenizers and configurations. */
const SMALL_FILES_BYTES = 64 * 2 ** 20;

/**
 * Makes a folder through `fill`, which is given the path of one that does not exist and makes it.
 * @param path absolute
 * @returns the paths in it of what `fill` wrote, with `/`, sorted
 * @throws UserError where something is there that may not be replaced, and where there is too little room; what `fill` throws. Nothing is
 *   left of the attempt
 */
export async function writeNewFolder(
  path: string,
  { bytes, replaces }: NewFolderOptions,
  fill: (folder: string) => Promise<void>,
): Promise<string[]> {
  requireReplaceable(path, replaces);
  const parent = dirname(path);
  mkdirSync(parent, { recursive: true });
  requireRoom(parent, bytes + SMALL_FILES_BYTES);
  const temporary = temporaryName(path);
  const removed = `${temporary}-removed`;
  try {
    rmSync(temporary, { recursive: true, force: true });
    await fill(temporary);
    const files = filesIn(temporary);
    writeFileSync(join(temporary, CONTENTS_FILE), `${JSON.stringify({ files }, null, 2)}\n`, { flag: 'wx' });
    syncTree(temporary);
    // Again, as it took a while.
    requireReplaceable(path, replaces);
    if (existsSync(path)) renameSync(path, removed);
    renameSync(temporary, path);
    syncFolder(parent);
    rmSync(removed, { recursive: true, force: true });
    return files;
  } catch (error) {
    if (existsSync(removed) && !existsSync(path)) renameSync(removed, path);
    rmSync(temporary, { recursive: true, force: true });
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') throw noRoom(parent, bytes);
    throw error;
  }
}

/** @throws UserError where anything is there that was not written so, and would be lost, or that is not to be replaced */
function requireReplaceable(path: string, replaces: boolean): void {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return;
  if (!stats.isDirectory()) throw new UserError(`${path} is a file. Give a folder.`);
  const files = filesIn(path);
  if (files.length === 0) return;
  if (!replaces)
    throw new UserError(`${path} is there already. Give another folder, or say --overwrite to replace it.`);
  const written = writtenFiles(path);
  if (written === null)
    throw new UserError(
      `${path} holds something else than an export, as it has no ${CONTENTS_FILE}, and is not replaced. Give another folder.`,
    );
  const other = files.find((file) => file !== CONTENTS_FILE && !written.includes(file));
  if (other !== undefined)
    throw new UserError(
      `${path} holds ${other}, which was not exported, and is not replaced. Move that away, or give another folder.`,
    );
}

/** What a folder says was written into it; null where it says nothing. */
function writtenFiles(folder: string): readonly string[] | null {
  try {
    return contentsSchema.parse(JSON.parse(readFileSync(join(folder, CONTENTS_FILE), 'utf8'))).files;
  } catch {
    return null;
  }
}

/** Paths of all that is in a folder and is no folder itself, with `/`, sorted. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)).replaceAll('\\', '/'))
    .sort();
}

function requireRoom(folder: string, bytes: number): void {
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize < bytes) throw noRoom(folder, bytes);
}

function noRoom(folder: string, bytes: number): UserError {
  const { bavail, bsize } = statfsSync(folder);
  const mebibytes = (value: number): string => `${Math.ceil(value / 2 ** 20)} MiB`;
  return new UserError(
    `The disk of ${folder} has ${mebibytes(bavail * bsize)} left, and ${mebibytes(bytes)} are needed. Make room, or give a folder on another disk.`,
  );
}
