/**
 * The two native parts, ONNX Runtime and esbuild's program. Their JavaScript is bundled like any other; what cannot be, one platform's
 * binaries, lies in `dist/native`, and nothing of `node_modules` is needed at run time: a VSIX has none.
 *
 *     dist/native/onnxruntime/   onnxruntime_binding.node and the libraries it loads from beside itself
 *     dist/native/esbuild[.exe]
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Plugin } from 'esbuild';
import { z } from 'zod';
import { ortPlatformFolder, type Target } from './targets.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** The lines with which the two packages look for their binaries, and what stands there in a bundle. `require` is the banner's. */
const REPLACEMENTS = [
  {
    file: /[\\/]onnxruntime-node[\\/]dist[\\/]binding\.js$/,
    search: 'require(`../bin/napi-v6/${process.platform}/${process.arch}/onnxruntime_binding.node`)',
    replacement: "require('./native/onnxruntime/onnxruntime_binding.node')",
  },
  {
    file: /[\\/]esbuild[\\/]lib[\\/]main\.js$/,
    search: 'var ESBUILD_BINARY_PATH = process.env.ESBUILD_BINARY_PATH || ESBUILD_BINARY_PATH;',
    replacement:
      "var ESBUILD_BINARY_PATH = require.resolve(process.platform === 'win32' ? './native/esbuild.exe' : './native/esbuild');",
  },
];

/** Has the bundled JavaScript of both packages find `dist/native` beside the bundle. */
export const nativePlugin: Plugin = {
  name: 'native',
  setup: (build) => {
    build.onResolve({ filter: /^\.\/native\// }, (args) => ({ path: args.path, external: true }));
    for (const { file, search, replacement } of REPLACEMENTS) {
      build.onLoad({ filter: file }, (args) => {
        const [before, after, ...more] = readFileSync(args.path, 'utf8').split(search);
        if (before === undefined || after === undefined || more.length > 0)
          return {
            errors: [
              { text: `${args.path} looks for its binaries in another way now; correct scripts/build/native.ts.` },
            ],
          };
        return { contents: before + replacement + after, loader: 'js' };
      });
    }
  },
};

/** Fills `outdir/native` with the binaries of `target`. Those of esbuild for another machine come from the npm registry. */
export function placeNative(target: Target, outdir: string): void {
  const folder = path.join(outdir, 'native');
  placeOnnxRuntime(target, path.join(folder, 'onnxruntime'));
  const program = target.startsWith('win32') ? 'esbuild.exe' : 'esbuild';
  const inPackage = target.startsWith('win32') ? 'esbuild.exe' : path.join('bin', 'esbuild');
  const installed = path.join(root, 'node_modules', '@esbuild', target, inPackage);
  if (existsSync(installed)) place(installed, path.join(folder, program));
  else
    withPackage(`@esbuild/${target}`, (unpacked) => {
      copyFileSync(path.join(unpacked, inPackage), path.join(folder, program));
    });
  if (program === 'esbuild') chmodSync(path.join(folder, program), 0o755);
}

function placeOnnxRuntime(target: Target, folder: string): void {
  const source = path.join(root, 'node_modules/onnxruntime-node', ortPlatformFolder(target));
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(source)) {
    // A second copy of libonnxruntime.1.dylib, which is the name that the binding asks for: 45 MB.
    if (/^libonnxruntime\.\d+\.\d+\.\d+\.dylib$/.test(file)) continue;
    place(path.join(source, file), path.join(folder, file));
  }
}

/** Links where the file system can: 60 MB at every build otherwise. */
function place(source: string, destination: string): void {
  try {
    linkSync(source, destination);
  } catch {
    copyFileSync(source, destination);
  }
}

const lockSchema = z.object({
  packages: z.record(z.string(), z.object({ version: z.string().optional(), integrity: z.string().optional() })),
});

/** Fetches the package that `package-lock.json` names from the npm registry and calls `use` with its folder. */
function withPackage(name: string, use: (unpacked: string) => void): void {
  const lock = lockSchema.parse(JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')));
  const { version, integrity } = lock.packages[`node_modules/${name}`] ?? {};
  if (version === undefined || integrity === undefined)
    throw new Error(`package-lock.json does not name ${name} with its checksum`);
  const folder = mkdtempSync(path.join(tmpdir(), 'rlvr-native-'));
  try {
    // npm is a script on Windows, which only a shell can start; name and version are from our own lock file.
    const shell = process.platform === 'win32';
    execFileSync('npm', ['pack', `${name}@${version}`, '--silent'], {
      cwd: folder,
      shell,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const [tarball = ''] = readdirSync(folder);
    requireIntegrity(path.join(folder, tarball), integrity);
    execFileSync('tar', ['-xzf', tarball], { cwd: folder });
    use(path.join(folder, 'package'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param integrity `sha512-<base64>` */
function requireIntegrity(file: string, integrity: string): void {
  const actual = `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}`;
  if (actual !== integrity) throw new Error(`${file} is not what package-lock.json names: ${actual}, not ${integrity}`);
}
