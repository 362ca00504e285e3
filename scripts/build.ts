/**
 * Bundles everything into `dist/`: the engine's doors, the library of rewards, the editor's host and its worker thread, and the panels:
 * `npm run build`.
 * `--out DIR --target TARGET --release` is how it is packaged: elsewhere, for another platform, without source maps.
 *
 * The old `dist/` is replaced only after everything has been bundled, so a failed build leaves the last good one in place.
 */
import { chmodSync, copyFileSync, cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build, type BuildOptions } from 'esbuild';
import { englishZod } from './build/englishZod.ts';
import { nativePlugin, placeNative } from './build/native.ts';
import { thirdPartyNotices } from './build/notices.ts';
import { ownTarget, parseTarget } from './build/targets.ts';
import { withoutUploads } from './build/withoutUploads.ts';

const { values } = parseArgs({
  options: { out: { type: 'string' }, target: { type: 'string' }, release: { type: 'boolean', default: false } },
});
const root = path.resolve(import.meta.dirname, '..');
const outdir = values.out === undefined ? path.join(root, 'dist') : path.resolve(values.out);
const target = values.target === undefined ? ownTarget() : parseTarget(values.target);

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
  sourcemap: values.release ? false : 'linked',
  logLevel: values.release ? 'warning' : 'info',
  plugins: [englishZod],
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
  plugins: [englishZod, nativePlugin, withoutUploads],
};

/** Started by its path from a shell, so it needs a `#!` line and the executable bit. */
const terminalDoor: BuildOptions = {
  ...engine,
  entryPoints: ['src/engine/cli.ts'],
  banner: { js: `#!/usr/bin/env node\n${requireBanner}` },
};

/**
 * One file each, so that nothing of an engine is loaded late: it goes on when an update of the extension has deleted the folder, and
 * starts its graders anew from a copy of their file.
 */
const doors: BuildOptions = {
  ...engine,
  splitting: false,
  entryPoints: ['main', 'compute', 'parquet', 'grader', 'debugScore'].map((door) => `src/engine/${door}.ts`),
  banner: { js: requireBanner },
};

/** The files that `rlvr.ts` is made of; those of types alone leave nothing. */
const libraryParts = readFileSync(path.join(root, 'src/library/rlvr.ts'), 'utf8').matchAll(
  /^export \* from '\.\/(.*)';$/gm,
);

/**
 * What reward files import as `rlvr`, which is bundled once more, into each of them. The parts are entries of their own, so that only
 * those that a reward uses get into it.
 */
const library: BuildOptions = {
  ...node,
  target: 'node20',
  outdir: path.join(outdir, 'library'),
  entryPoints: ['rlvr.ts', ...Array.from(libraryParts, ([, part = '']) => part)].map((file) => `src/library/${file}`),
};

/**
 * Runs in VS Code's own Node. One file each, since every file more is loaded at activation; what is imported by a call of `import` is in
 * the same file and is evaluated only then.
 */
const host: BuildOptions = {
  ...node,
  splitting: false,
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

const bundles = await Promise.all(
  [terminalDoor, doors, library, host, panels].map((options) => build({ ...options, metafile: true, write: false })),
);
const notices = thirdPartyNotices(
  root,
  bundles.map(({ metafile }) => metafile),
);

rmSync(outdir, { recursive: true, force: true });
for (const folder of ['webview', 'library/rewards']) mkdirSync(path.join(outdir, folder), { recursive: true });
for (const { outputFiles } of bundles) for (const file of outputFiles) writeFileSync(file.path, file.contents);
writeFileSync(path.join(outdir, 'ThirdPartyNotices.txt'), notices);
chmodSync(path.join(outdir, 'cli.js'), 0o755);
// Loaded by every panel's page beside its own.
copyFileSync(path.join(root, 'src/webview/ui.css'), path.join(outdir, 'webview/ui.css'));
copyFileSync(
  path.join(root, 'node_modules/@vscode/codicons/dist/codicon.ttf'),
  path.join(outdir, 'webview/codicon.ttf'),
);
// For a Python of the user's, as it is.
cpSync(path.join(root, 'src/engine/reward/python/grader'), path.join(outdir, 'pythonGrader'), {
  recursive: true,
  filter: (file) => path.basename(file) !== '__pycache__',
});
for (const program of ['handover/python/rlvr_rewards.py', 'cluster/python/rlvr_ray.py', 'cluster/python/rlvr_job.py'])
  copyFileSync(path.join(root, 'src/engine', program), path.join(outdir, path.basename(program)));
// Templates, as they are.
for (const file of globSync('src/library/rewards/*.ts', { cwd: root }))
  copyFileSync(path.join(root, file), path.join(outdir, 'library/rewards', path.basename(file)));
if (target === undefined)
  console.warn(
    `ONNX Runtime has no binaries for ${process.platform}-${process.arch}: what was built cannot train here.`,
  );
else placeNative(target, outdir);
