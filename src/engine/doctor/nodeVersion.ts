/** What to say on a Node that does not run the engine. */
import { NEEDED_NODE, nodeSuffices } from '../process/nodeVersion.ts';

/** What is wrong with a Node version such as `20.20.2` and what to do; null where the engine runs on it. */
export function nodeProblem(version: string): string | null {
  if (nodeSuffices(version)) return null;
  return (
    `Node ${version} lacks what the engine needs of node:sqlite (Node ${NEEDED_NODE}, or 24 and later, has it). ` +
    'Start it as `npx rlvr` in the project, which uses the Node that `npm ci` installed there, or install a newer Node.'
  );
}
