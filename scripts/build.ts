/**
 * Bundles everything into `dist/`: the engine's doors, the editor's host and its worker thread, and the panels: `npm run build`.
 *
 * The old `dist/` is replaced only after everything has been bundled, so a failed build leaves the last good one in place.
 */
import { chmodSync, copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build, type BuildOptions, type OutputFile } from 'esbuild';

const root = path.resolve(import.meta.dirname, '..');
const outdir = path.join(root, 'dist');

/** Bundled CommonJS packages (protobufjs) call `require` for Node's own modules; an ES module has none until it makes one. */
const requireBanner = [
  "import { createRequire as createRequireForBundle } from 'node:module';",
  'const require = createRequireForBundle(import.meta.url);',
].join('\n');

const shared: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  // What is imported at run time, or by several, becomes a file of its own: a native module that is missing is then an error of the
  // command that needs it, and not of the whole program.
  splitting: true,
  format: 'esm',
  sourcemap: 'linked',
  logLevel: 'info',
};

const node: BuildOptions = {
  ...shared,
  outdir,
  platform: 'node',
  // jsonc-parser's `main` is a UMD wrapper whose `require` calls cannot be followed; its `module` entry can be.
  mainFields: ['module', 'main'],
};

/** The engine runs on the user's Node too, and says so itself where that is too old. */
const engine: BuildOptions = {
  ...node,
  target: 'node20',
  // Packages that find native files beside themselves.
  external: ['onnxruntime-node', 'esbuild'],
};

/** Started by its path from a shell, so it needs a `#!` line and the executable bit. */
const terminalDoor: BuildOptions = {
  ...engine,
  entryPoints: ['src/engine/cli.ts'],
  banner: { js: `#!/usr/bin/env node\n${requireBanner}` },
};

const doors: BuildOptions = {
  ...engine,
  entryPoints: ['src/engine/main.ts', 'src/engine/compute.ts', 'src/engine/grader.ts'],
  banner: { js: requireBanner },
};

/** Runs in VS Code's own Node. */
const host: BuildOptions = {
  ...node,
  target: 'node22',
  minify: true,
  entryPoints: { extension: 'src/extension/extension.ts', dataWorker: 'src/extension/data/worker.ts' },
  external: ['vscode'],
  banner: { js: requireBanner },
};

/** Each panel's script and style sheet; what they share is in chunks beside them. */
const panels: BuildOptions = {
  ...shared,
  outdir: path.join(outdir, 'webview'),
  platform: 'browser',
  target: 'chrome134',
  minify: true,
  chunkNames: 'ui-[hash]',
  entryPoints: ['dashboard', 'outputs', 'compare'].map((panel) => ({
    in: `src/webview/${panel}/${panel}.ts`,
    out: panel,
  })),
  define: { 'process.env.NODE_ENV': '"production"' },
};

const bundles: OutputFile[][] = await Promise.all(
  [terminalDoor, doors, host, panels].map(async (options) => (await build({ ...options, write: false })).outputFiles),
);

rmSync(outdir, { recursive: true, force: true });
mkdirSync(path.join(outdir, 'webview'), { recursive: true });
for (const file of bundles.flat()) writeFileSync(file.path, file.contents);
chmodSync(path.join(outdir, 'cli.js'), 0o755);
// Loaded by every panel's page beside its own.
copyFileSync(path.join(root, 'src/webview/ui.css'), path.join(outdir, 'webview/ui.css'));
