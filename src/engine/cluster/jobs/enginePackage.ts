/** The engine as it travels to a job: Node, the bundles and the built-in model. Nothing of it needs to be installed there. */
import { globSync, existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../../protocol/errors.ts';
import type { PackedFile } from './packages.ts';

/** In source the bundles are those of the last build; a bundle lies among them. */
const inSource = import.meta.url.endsWith('/jobs/enginePackage.ts');
const product = fileURLToPath(new URL(inSource ? '../../../../' : '../', import.meta.url));

/** The Python module that is the job's program. */
export const JOB_MODULE = 'rlvr_job';

/** An allow list, as `.vscodeignore` is; the editor's own bundles are not among them. */
const ENGINE_FILES = [
  'package.json',
  'dist/*.js',
  'dist/*.py',
  'dist/{pythonGrader,native,library}/**',
  'examples/demo/model/**',
];
const NOT_ENGINE = /^dist\/(?:extension|dataWorker|main)\.js$/;

/** @throws UserError where this engine is not run by a Node that can be copied, or was not built */
export function engineFiles(): PackedFile[] {
  if (process.versions['electron'] !== undefined)
    throw new UserError(
      'This engine is run by the editor itself, which cannot travel to a cluster: name a Node, of 22.16 or 24 and later, in the setting "rlvr.engine.node".',
    );
  const program = join(product, 'dist', 'rlvr_job.py');
  if (!existsSync(program))
    throw new UserError(`A cluster is sent ${program}, which is not there. In a checkout: npm run build`);
  const files = globSync(ENGINE_FILES, { cwd: product })
    .map((path) => ({ path: path.replaceAll('\\', '/'), file: join(product, path) }))
    .filter(({ path, file }) => !NOT_ENGINE.test(path) && statSync(file).isFile())
    .map(({ path, file }) => ({
      path: `${JOB_MODULE}/${path}`,
      file,
      executable: (statSync(file).mode & 0o100) !== 0,
    }));
  return [
    { path: `${JOB_MODULE}/__main__.py`, file: program },
    { path: `${JOB_MODULE}/node`, file: process.execPath, executable: true },
    ...files,
  ];
}
