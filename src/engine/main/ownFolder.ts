/**
 * The folder in which the engines of one user meet, whichever window started them: their sockets and the locks on the cores. It lies
 * where its path is short, for a socket's may have 103 bytes.
 */
import { chmodSync, lstatSync, mkdirSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { UserError } from '../protocol/errors.ts';

/** Makes the folder where it is missing. @throws UserError where another user made it, who could then listen in */
export function ownFolder(environment: NodeJS.ProcessEnv): string {
  const folder = ownFolderPath(environment, tmpdir(), userInfo().uid);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  requireOwn(folder);
  return folder;
}

/** `$XDG_RUNTIME_DIR/rlvr`, which is the user's own; else a folder named for the user among the temporary ones of all. */
export function ownFolderPath(environment: NodeJS.ProcessEnv, temporary: string, uid: number): string {
  const runtime = environment['XDG_RUNTIME_DIR'];
  if (runtime !== undefined && isAbsolute(runtime) && isFolder(runtime)) return join(runtime, 'rlvr');
  // Windows has no such ids (-1), and its temporary folder is each user's own.
  return join(temporary, uid < 0 ? 'rlvr' : `rlvr-${uid}`);
}

/**
 * Refuses a folder or file that others than its user can open. Windows has no such bits; there the folders above keep others out.
 * @throws UserError
 */
export function requirePrivate(path: string): void {
  if (process.platform === 'win32') return;
  const { uid, mode } = lstatSync(path);
  if (uid !== userInfo().uid) throw new UserError(`${path} belongs to another user, so it is not trusted.`);
  if ((mode & 0o077) !== 0)
    throw new UserError(
      `${path} can be opened by other users (mode ${(mode & 0o777).toString(8)}); take that away with chmod go=.`,
    );
}

function requireOwn(folder: string): void {
  if (process.platform === 'win32') return;
  const stats = lstatSync(folder);
  if (!stats.isDirectory() || stats.uid !== userInfo().uid)
    throw new UserError(
      `${folder} is not a folder of your own, so engines cannot be reached through it safely. Remove it, or set XDG_RUNTIME_DIR to one that is.`,
    );
  // The mode of mkdir is only what the umask leaves of it, and an older folder may be wider.
  chmodSync(folder, 0o700);
}

function isFolder(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
