/**
 * Bundles the engine's doors into `dist/`, one self-contained ES module each: `npm run build`.
 *
 * Doors that do not exist yet are skipped. The old `dist/` is replaced only after everything has been bundled, so a failed build
 * leaves the last good one in place.
 */
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build, type BuildOptions } from 'esbuild';

const root = path.resolve(import.meta.dirname, '..');
const outdir = path.join(root, 'dist');

interface Door {
  readonly source: string;
  /** Started by its path from a shell, so it needs a `#!` line and the executable bit. */
  readonly executable: boolean;
}

const doors: readonly Door[] = [
  { source: 'src/engine/cli.ts', executable: true },
  { source: 'src/engine/main.ts', executable: false },
  { source: 'src/engine/compute.ts', executable: false },
  { source: 'src/engine/grader.ts', executable: false },
];

/** Bundled CommonJS packages (protobufjs) call `require` for Node's own modules; an ES module has none until it makes one. */
const requireBanner = [
  "import { createRequire as createRequireForBundle } from 'node:module';",
  'const require = createRequireForBundle(import.meta.url);',
].join('\n');

const shared: BuildOptions = {
  absWorkingDir: root,
  outdir,
  bundle: true,
  write: false,
  // What is imported at run time becomes a file of its own: a native module that is missing is then an error of the command that
  // needs it, and not of the whole program.
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  // jsonc-parser's `main` is a UMD wrapper whose `require` calls cannot be followed; its `module` entry can be.
  mainFields: ['module', 'main'],
  // Packages that find native files beside themselves.
  external: ['onnxruntime-node', 'esbuild'],
  sourcemap: 'linked',
  logLevel: 'info',
};

const present = doors.filter((door) => existsSync(path.join(root, door.source)));
const built = await Promise.all(
  present.map(async (door) => {
    const banner = door.executable ? `#!/usr/bin/env node\n${requireBanner}` : requireBanner;
    const result = await build({ ...shared, write: false, entryPoints: [door.source], banner: { js: banner } });
    return { door, files: result.outputFiles };
  }),
);

rmSync(outdir, { recursive: true, force: true });
mkdirSync(outdir, { recursive: true });
for (const { door, files } of built) {
  for (const file of files) {
    writeFileSync(file.path, file.contents);
    if (door.executable && file.path.endsWith('.js')) chmodSync(file.path, 0o755);
  }
}
console.log(`dist: ${present.map((door) => path.basename(door.source, '.ts')).join(', ') || 'no doors yet'}`);
