/**
 * Packages the extension, one VSIX for each platform: `npm run package`, for this machine, `-- --target win32-x64` or `-- --all`.
 * They are written to `dist-vsix/`, or to `--out DIR`. `dist/` is left alone.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import manifest from '../package.json' with { type: 'json' };
import { ownTarget, parseTarget, TARGETS, type Target } from './build/targets.ts';

const root = path.resolve(import.meta.dirname, '..');
const vsce = path.join(root, 'node_modules/@vscode/vsce/vsce');

/** Bytes. A growth beyond is a file that does not belong there: CUDA's libraries, a second platform. */
const SIZE_LIMITS: Readonly<Record<Target, number>> = {
  'linux-x64': 30e6,
  'linux-arm64': 30e6,
  'darwin-arm64': 30e6,
  'win32-x64': 40e6,
  'win32-arm64': 40e6,
};

const { values } = parseArgs({
  options: {
    target: { type: 'string', multiple: true },
    all: { type: 'boolean', default: false },
    out: { type: 'string', default: path.join(root, 'dist-vsix') },
  },
});
const out = path.resolve(values.out);
mkdirSync(out, { recursive: true });
for (const target of targets()) {
  const file = packageFor(target);
  const size = statSync(file).size;
  console.log(`${path.relative(process.cwd(), file)}  ${(size / 1e6).toFixed(1)} MB`);
  if (size > SIZE_LIMITS[target])
    throw new Error(`${file} is larger than ${SIZE_LIMITS[target] / 1e6} MB. List it with: unzip -lv`);
}

function targets(): readonly Target[] {
  if (values.all) return TARGETS;
  if (values.target !== undefined) return values.target.map(parseTarget);
  const own = ownTarget();
  if (own === undefined) throw new Error(`Name a --target: there is none for ${process.platform}-${process.arch}.`);
  return [own];
}

/** Puts what ships into a folder of its own, with bundles built there, and returns the VSIX made of it. */
function packageFor(target: Target): string {
  const stage = mkdtempSync(path.join(tmpdir(), 'rlvr-package-'));
  try {
    for (const file of ['.vscodeignore', ...shippedFiles()]) {
      mkdirSync(path.dirname(path.join(stage, file)), { recursive: true });
      copyFileSync(path.join(root, file), path.join(stage, file));
    }
    const dist = path.join(stage, 'dist');
    node(root, path.join(root, 'scripts/build.ts'), ['--out', dist, '--target', target, '--release']);
    renameSync(path.join(dist, 'ThirdPartyNotices.txt'), path.join(stage, 'ThirdPartyNotices.txt'));
    const file = path.join(out, `${manifest.name}-${manifest.version}-${target}.vsix`);
    node(stage, vsce, ['package', '--no-dependencies', '--target', target, '--out', file]);
    return file;
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

/** What `.vscodeignore` lets through, but for what is built. */
function shippedFiles(): string[] {
  return node(root, vsce, ['ls', '--no-dependencies'])
    .split('\n')
    .filter((file) => file !== '' && !file.startsWith('dist/'));
}

/** What a script prints; what is wrong, it has said itself. */
function node(cwd: string, script: string, args: readonly string[]): string {
  const { status, stdout } = spawnSync(process.execPath, [script, ...args], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error(`${path.relative(root, script)} failed.`);
  return stdout;
}
