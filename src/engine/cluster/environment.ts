/** What every node of a cluster gets a copy of: Node and the compute process. */
import { copyFileSync, cpSync, existsSync, mkdirSync, constants } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../protocol/errors.ts';

/** In source the bundles are those of the last build; a bundle has the others beside it. */
const inSource = import.meta.url.endsWith('/cluster/environment.ts');
const bundles = fileURLToPath(new URL(inSource ? '../../../dist/' : './', import.meta.url));

/** How a node starts the compute process in its copy. The bundle has no package.json beside it that calls it a module; its name does. */
export const COMPUTE_COMMAND = ['./node', '--disable-warning=ExperimentalWarning', './compute.mjs'] as const;

/**
 * Fills an empty folder.
 * @throws UserError where this engine is not run by a Node that can be copied, or was not built
 */
export function writeEnvironment(folder: string): void {
  if (process.versions['electron'] !== undefined)
    throw new UserError(
      'This engine is run by the editor itself, which cannot travel to a cluster: name a Node, of 22.16 or 24 and later, in the setting "rlvr.engine.node".',
    );
  const compute = join(bundles, 'compute.js');
  if (!existsSync(compute))
    throw new UserError(`A cluster is sent ${compute}, which is not there. In a checkout: npm run build`);
  copyFileSync(process.execPath, join(folder, 'node'), constants.COPYFILE_FICLONE);
  copyFileSync(compute, join(folder, 'compute.mjs'));
  mkdirSync(join(folder, 'native'));
  cpSync(join(bundles, 'native/onnxruntime'), join(folder, 'native/onnxruntime'), { recursive: true });
}
