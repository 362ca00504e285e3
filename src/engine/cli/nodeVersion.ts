/** Which Node the engine needs, and what to say on another one. */

/** `node:sqlite` without a flag and with all that the run folder uses of it (`isTransaction` came last): 22.16, or 24 and later. */
export const NEEDED_NODE = '22.16';

/** What is wrong with a Node version such as `20.20.2` and what to do; null where the engine runs on it. */
export function nodeProblem(version: string): string | null {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major >= 24 || (major === 22 && minor >= 16)) return null;
  return (
    `Node ${version} lacks what the engine needs of node:sqlite (Node ${NEEDED_NODE}, or 24 and later, has it). ` +
    'Start it as `npx rlvr` in the project, which uses the Node that `npm ci` installed there, or install a newer Node.'
  );
}
