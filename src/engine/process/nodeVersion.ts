/** Which Node runs the engine. */

/** `node:sqlite` without a flag and with all that the run folder uses of it (`isTransaction` came last): 22.16, or 24 and later. */
export const NEEDED_NODE = '22.16';

/** Whether the engine runs on a Node of a version such as `20.20.2`. */
export function nodeSuffices(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major >= 24 || (major === 22 && minor >= 16);
}
