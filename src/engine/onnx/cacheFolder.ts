/** Where what can be made or fetched again is kept. */
import { homedir, userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';

/**
 * The user's cache folder: converted weights, and libraries for graphics cards. An absolute path whatever the environment says: libraries are
 * loaded from it, and none from the folder that somebody happens to work in. A relative `XDG_CACHE_HOME` is ignored, as the XDG Base
 * Directory Specification has it.
 */
export function cacheFolder(): string {
  const named = process.env['XDG_CACHE_HOME'] ?? '';
  return join(isAbsolute(named) ? named : join(homeFolder(), '.cache'), 'rlvr-ops');
}

/** The system's own answer where `HOME`, which Node takes as it stands, is empty or relative. */
function homeFolder(): string {
  const home = homedir();
  return isAbsolute(home) ? home : userInfo().homedir;
}
