/** The module `rlvr`, as reward files import it: what they use of it is bundled into them. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';
import { LIBRARY_VERSION } from '../../library/version.ts';

/** In source the library is beside the engine, in TypeScript; in a bundle it lies in a folder beside it. */
const OWN = import.meta.url.endsWith('/reward/libraryModule.ts') ? '../../library/rlvr.ts' : './library/rlvr.js';
const RLVR = fileURLToPath(new URL(OWN, import.meta.url));
const FOLDER = path.dirname(RLVR);

/** By which the library is known in a reward's hash, as packages are. */
export const LIBRARY_IDENTITY = `rlvr@${LIBRARY_VERSION}`;

/** Whether a file is one of those that `rlvr` is made of. */
export function isOfLibrary(file: string): boolean {
  return path.dirname(file) === FOLDER;
}

/** Finds `rlvr`, whose parts go into a bundle only where something of them is used. */
export const libraryModule: Plugin = {
  name: 'library-module',
  setup: (build) => {
    build.onResolve({ filter: /^rlvr$/ }, () => ({ path: RLVR, sideEffects: false }));
    build.onResolve({ filter: /^\.\// }, ({ path: file, importer, resolveDir }) =>
      isOfLibrary(importer) ? { path: path.join(resolveDir, file), sideEffects: false } : undefined,
    );
  },
};
