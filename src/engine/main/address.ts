/** Where an engine listens: a Unix socket in a folder of the user's own, or a named pipe. */
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../protocol/errors.ts';

/** Bytes of a socket's path that macOS takes (`sun_path` of sys/un.h with its end); Linux takes 107. A longer one is cut, not refused. */
const MAX_SOCKET_PATH = 103;

/** Hexadecimal digits: enough that no two engines of a user meet, few enough for the limit. */
const NAME_DIGITS = 16;

/**
 * An address that is free: named for the engine and its process, since one that crashed leaves its socket behind.
 * @throws UserError where the folder's path is too long for a socket
 */
export function freeAddress(folder: string, engineId: string, platform: NodeJS.Platform = process.platform): string {
  const name = createHash('sha256').update(`${engineId} ${process.pid}`).digest('hex').slice(0, NAME_DIGITS);
  if (platform === 'win32') return `\\\\.\\pipe\\rlvr-${name}`;
  const path = join(folder, name);
  if (Buffer.byteLength(path) > MAX_SOCKET_PATH)
    throw new UserError(
      `The path ${path} is too long for a socket (${MAX_SOCKET_PATH} bytes at most). Set XDG_RUNTIME_DIR or TMPDIR to a shorter folder.`,
    );
  rmSync(path, { force: true });
  return path;
}
