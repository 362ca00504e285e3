/** What can be wrong with a run folder, as errors a person can act on, and the translation of SQLite's. */
import { existsSync, statfsSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { UserError } from '../protocol/errors.ts';
import { BadValueError } from './rows.ts';

/** The folder holds no run, or what it holds cannot be trusted. */
export class DamagedRunError extends UserError {
  override readonly name = 'DamagedRunError';
}

/** A newer engine wrote this run. */
export class NewerRunError extends UserError {
  override readonly name = 'NewerRunError';
}

/** Another process is writing this run. */
export class RunLockedError extends UserError {
  override readonly name = 'RunLockedError';
}

/** Nothing of what was being written is in the run; everything before it is. */
export class DiskFullError extends UserError {
  override readonly name = 'DiskFullError';
}

/** Primary result codes (https://www.sqlite.org/rescode.html) that mean something to a person. */
const SQLITE = {
  ERROR: 1,
  BUSY: 5,
  LOCKED: 6,
  READONLY: 8,
  IOERR: 10,
  CORRUPT: 11,
  FULL: 13,
  CANTOPEN: 14,
  CONSTRAINT: 19,
  MISMATCH: 20,
  NOTADB: 26,
};

/** The primary result code of an error of `node:sqlite`; null for any other error. */
function sqliteCode(error: unknown): number | null {
  if (!(error instanceof Error) || !('code' in error) || error.code !== 'ERR_SQLITE_ERROR') return null;
  return 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : null;
}

export function isBusy(error: unknown): boolean {
  const code = sqliteCode(error);
  return code === SQLITE.BUSY || code === SQLITE.LOCKED;
}

/** SQLite wants to write beside the database (its shared memory, or a crash's rollback) and may not. */
export function needsWritableFolder(error: unknown): boolean {
  const code = sqliteCode(error);
  return code === SQLITE.CANTOPEN || code === SQLITE.READONLY;
}

export function errorCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

function freeSpace(dir: string): string {
  try {
    const { bavail, bsize } = statfsSync(dir);
    return `${((bavail * bsize) / 2 ** 20).toFixed(1)} MiB are left`;
  } catch {
    return 'no space is left';
  }
}

/**
 * What a failed write to the run in `dir` means to a person; errors that are not about the disk or the file come back as they are.
 * @param doing what was not done, as the message's subject: "step 12 was not written"
 */
export function writeFailure(error: unknown, dir: string, doing: string): unknown {
  const code = sqliteCode(error);
  const system = errorCode(error);
  if (system === 'ENOENT' && !existsSync(dir)) return goneRun(dir, doing);
  if (code === SQLITE.FULL || system === 'ENOSPC' || system === 'EDQUOT') {
    return new DiskFullError(
      `The disk is full: ${doing} (${freeSpace(dir)} at ${dir}). Everything before it is safe. Free some space, for example by ` +
        `deleting old runs in ${dirname(dir)}, then continue with: rlvr train --resume ${dir}`,
    );
  }
  if (isBusy(error)) {
    return new RunLockedError(
      `Another program holds the database of run ${basename(dir)} locked: ${doing}. Close what has it open, then continue with: ` +
        `rlvr train --resume ${dir}`,
    );
  }
  if (code === SQLITE.READONLY || system === 'EROFS' || system === 'EACCES') {
    return new UserError(
      `The run folder ${dir} cannot be written: ${doing}. Check its permissions, or copy it to where you may write.`,
    );
  }
  return readFailure(error, dir);
}

/** What a failed read of the run in `dir` means to a person; errors that are not about the file come back as they are. */
function readFailure(error: unknown, dir: string): unknown {
  if (error instanceof BadValueError) return damagedRun(dir, error.message);
  const code = sqliteCode(error);
  // Node refuses to turn an integer beyond 2^53 into a number; no run of ours has one.
  const damaged =
    code === SQLITE.CORRUPT ||
    code === SQLITE.NOTADB ||
    code === SQLITE.ERROR ||
    // What is written is new, so only rows that cannot be there are in its way.
    code === SQLITE.CONSTRAINT ||
    code === SQLITE.MISMATCH ||
    errorCode(error) === 'ERR_OUT_OF_RANGE';
  if (damaged) return damagedRun(dir, messageOf(error));
  if (code === SQLITE.IOERR) {
    return new DamagedRunError(
      `The run in ${dir} cannot be read (${messageOf(error)}). Check the disk, or copy the folder elsewhere and try again.`,
    );
  }
  if (code === SQLITE.CANTOPEN) {
    return new DamagedRunError(
      `The run in ${dir} cannot be opened. Check that the folder is there and that you may read it.`,
    );
  }
  if (isBusy(error)) {
    return new RunLockedError(`The run in ${dir} is locked by another program at this moment. Try again.`);
  }
  return error;
}

/** Does a read of the run in `dir`; what SQLite and the checks of rows throw comes out as errors that name the folder and what to do. */
export function reading<Result>(dir: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw readFailure(error, dir);
  }
}

/** @param doing as of `writeFailure` */
export function goneRun(dir: string, doing: string): UserError {
  return new UserError(
    `The run folder ${dir} is gone: it, or a folder above it, was moved, renamed or deleted while the run went on, so ${doing}. ` +
      'What was written before is in it: where it lies elsewhere, resume it there (rlvr train --resume <run folder>).',
  );
}

export function damagedRun(dir: string, what: string): DamagedRunError {
  return new DamagedRunError(
    `The run in ${dir} is damaged (${what}). Restore the folder from a copy; its checkpoints may still be usable.`,
  );
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
