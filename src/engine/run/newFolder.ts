/** Folders that a person asks for outside of a run: whole or absent, and never in place of something else unless that was asked for. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { UserError } from '../protocol/errors.ts';
import { syncFolder, syncTree, temporaryName } from './durable.ts';

export interface NewFolderOptions {
  /** What will be written at least; refused where the disk has less. */
  readonly bytes: number;
  /** Takes the place of an older folder that `isOurs` knows. */
  readonly replaces: boolean;
  /** Whether an older folder with these names in it may be replaced. */
  readonly isOurs: (names: readonly string[]) => boolean;
}

/** Beside the bytes that are counted: tokenizers and configurations. */
const SMALL_FILES_BYTES = 64 * 2 ** 20;

/**
 * Makes a folder through `fill`, which is given the path of one that does not exist and makes it.
 * @param path absolute
 * @throws UserError where something is there that may not be replaced, and where there is too little room; what `fill` throws. Nothing is
 *   left of the attempt
 */
export async function writeNewFolder(
  path: string,
  { bytes, replaces, isOurs }: NewFolderOptions,
  fill: (folder: string) => Promise<void>,
): Promise<void> {
  const old = namesIn(path);
  if (old.length > 0 && !replaces)
    throw new UserError(`${path} is there already. Give another folder, or say --overwrite to replace it.`);
  if (old.length > 0 && !isOurs(old))
    throw new UserError(
      `${path} holds something else than an exported model, and is not replaced. Give another folder.`,
    );
  const parent = dirname(path);
  mkdirSync(parent, { recursive: true });
  requireRoom(parent, bytes + SMALL_FILES_BYTES);
  const temporary = temporaryName(path);
  const removed = `${temporary}-removed`;
  try {
    rmSync(temporary, { recursive: true, force: true });
    await fill(temporary);
    syncTree(temporary);
    if (existsSync(path)) renameSync(path, removed);
    renameSync(temporary, path);
    syncFolder(parent);
  } catch (error) {
    if (existsSync(removed) && !existsSync(path)) renameSync(removed, path);
    rmSync(temporary, { recursive: true, force: true });
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') throw noRoom(parent, bytes);
    throw error;
  }
  rmSync(removed, { recursive: true, force: true });
}

function namesIn(path: string): string[] {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return [];
  if (!stats.isDirectory()) throw new UserError(`${path} is a file. Give a folder.`);
  return readdirSync(path);
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
