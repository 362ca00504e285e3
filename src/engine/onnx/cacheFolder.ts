/** Where what can be made or fetched again is kept. */
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The user's cache folder: converted weights, and libraries for graphics cards. */
export function cacheFolder(): string {
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'rlvr-ops');
}
