/**
 * The VS Code that tests run in: code-server's build of it, which needs only npm's registry and a C++ compiler, with the Node that this
 * build was made for. Installed once for each version, outside the repository.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { cacheFolder } from '../../src/engine/onnx/cacheFolder.ts';

/** Versions of code-server that are tested, with the Node that each runs on. VS Code's own version is 1 where code-server's is 4. */
const NODE_VERSIONS = { '4.105.1': '22.23.3', '4.139.1': '24.21.0' } as const;
export type EditorVersion = keyof typeof NODE_VERSIONS;

/** The one that `engines.vscode` names. */
export const OLDEST: EditorVersion = '4.105.1';
export const NEWEST: EditorVersion = '4.139.1';

export interface Editor {
  readonly version: EditorVersion;
  /** What `process.execPath` is in the extension host. */
  readonly node: string;
  /** What Node runs. */
  readonly serverScript: string;
  /** VS Code's. */
  readonly vscodeVersion: string;
}

/** `RLVR_WORKBENCH_VERSION`, or the newest. */
export function chosenVersion(): EditorVersion {
  const version = process.env['RLVR_WORKBENCH_VERSION'] ?? NEWEST;
  if (isKnown(version)) return version;
  throw new Error(`RLVR_WORKBENCH_VERSION is ${version}; known are ${Object.keys(NODE_VERSIONS).join(' and ')}.`);
}

function isKnown(version: string): version is EditorVersion {
  return Object.hasOwn(NODE_VERSIONS, version);
}

/** Installs where there is none: a minute or two, about 800 MB. */
export function ensureEditor(version: EditorVersion = chosenVersion()): Editor {
  const folder = path.join(editorsFolder(), version);
  if (!existsSync(folder)) install(version, folder);
  const vscode = vscodeFolder(folder);
  return {
    version,
    node: path.join(nodeFolder(folder), 'bin/node'),
    serverScript: path.join(vscode, 'out/server-main.js'),
    vscodeVersion: versionOf(path.join(vscode, 'package.json')),
  };
}

function editorsFolder(): string {
  const named = process.env['RLVR_WORKBENCH_DIR'];
  if (named !== undefined) return path.resolve(named);
  return path.join(cacheFolder(), 'workbench');
}

/** VS Code finds files with it. The newest version has this package itself; the oldest downloads the program from elsewhere. */
const RIPGREP = '@vscode/ripgrep-universal';
const RIPGREP_VERSION = '1.18.0';
const NODE_PACKAGE = `node-${process.platform}-${process.arch}`;
const nodeFolder = (folder: string): string => path.join(folder, 'node_modules', NODE_PACKAGE);
const vscodeFolder = (folder: string): string => path.join(folder, 'node_modules/code-server/lib/vscode');

/** In a folder of its own, renamed when it is whole, so that what is there is always usable. */
function install(version: EditorVersion, folder: string): void {
  const incomplete = `${folder}.${String(process.pid)}.incomplete`;
  rmSync(incomplete, { recursive: true, force: true });
  mkdirSync(incomplete, { recursive: true });
  const dependencies = { 'code-server': version, [NODE_PACKAGE]: NODE_VERSIONS[version], [RIPGREP]: RIPGREP_VERSION };
  writeFileSync(path.join(incomplete, 'package.json'), JSON.stringify({ private: true, dependencies }));
  console.error(`Installing code-server ${version} into ${folder}: a minute or two, once.`);
  const vscode = vscodeFolder(incomplete);
  // Install scripts would build every native module, and one of them (kerberos) needs system libraries that tests have no use for.
  const withoutScripts = ['install', '--ignore-scripts', '--engine-strict=false'];
  npm(incomplete, withoutScripts);
  for (const part of [vscode, path.join(vscode, 'extensions')]) {
    takePublishedPackages(part);
    npm(part, [...withoutScripts, '--omit=dev']);
  }
  try {
    // Without the first, output channels stay empty; without the second, which has had two names, the host's log is full of its absence.
    npm(vscode, ['rebuild', '@vscode/spdlog', '@vscode/native-watchdog', 'native-watchdog'], {
      PATH: `${path.join(nodeFolder(incomplete), 'bin')}${path.delimiter}${process.env['PATH'] ?? ''}`,
      // The package brings the headers, so nothing is downloaded.
      npm_config_nodedir: nodeFolder(incomplete),
    });
  } catch (error) {
    const advice =
      'Two native modules of VS Code could not be built. Install a compiler: apt-get install -y g++ make python3';
    throw new Error(advice, { cause: error });
  }
  const searcher = path.join(vscode, 'node_modules/@vscode/ripgrep');
  if (existsSync(searcher)) {
    const program = path.join(incomplete, 'node_modules', RIPGREP, 'bin', `${process.platform}-${process.arch}`, 'rg');
    mkdirSync(path.join(searcher, 'bin'), { recursive: true });
    copyFileSync(program, path.join(searcher, 'bin/rg'));
  }
  try {
    renameSync(incomplete, folder);
  } catch (error) {
    // Another process has installed it meanwhile.
    if (!existsSync(folder)) throw error;
    rmSync(incomplete, { recursive: true, force: true });
  }
}

/** The oldest version takes a package from a Git repository, which may be out of reach; the same version of it is on the registry too. */
function takePublishedPackages(folder: string): void {
  const shrinkwrapPath = path.join(folder, 'npm-shrinkwrap.json');
  const manifestPath = path.join(folder, 'package.json');
  const shrinkwrap = shrinkwrapSchema.parse(JSON.parse(readFileSync(shrinkwrapPath, 'utf8')));
  const manifest = manifestSchema.parse(JSON.parse(readFileSync(manifestPath, 'utf8')));
  const packages = Object.entries(shrinkwrap.packages);
  const fromGit = packages.filter(([, { resolved }]) => resolved?.startsWith('git') === true);
  for (const [place, { version }] of fromGit) {
    const name = place.slice('node_modules/'.length);
    for (const dependencies of [manifest.dependencies, manifest.devDependencies, shrinkwrap.packages['']?.dependencies])
      if (dependencies && name in dependencies) dependencies[name] = version ?? '*';
  }
  // npm then looks them up, with the prebuilt binaries that they depend on.
  shrinkwrap.packages = Object.fromEntries(packages.filter((entry) => !fromGit.includes(entry)));
  writeFileSync(shrinkwrapPath, JSON.stringify(shrinkwrap));
  writeFileSync(manifestPath, JSON.stringify(manifest));
}

const dependenciesSchema = z.record(z.string(), z.string()).optional();
const manifestSchema = z.looseObject({ dependencies: dependenciesSchema, devDependencies: dependenciesSchema });
const packageSchema = manifestSchema.extend({ resolved: z.string().optional(), version: z.string().optional() });
const shrinkwrapSchema = z.looseObject({ packages: z.record(z.string(), packageSchema) });

function npm(cwd: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}): void {
  const env = { ...process.env, ...environment };
  // Under `npm run` it names this project.
  delete env['npm_config_local_prefix'];
  execFileSync('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd,
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

function versionOf(manifestPath: string): string {
  return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(manifestPath, 'utf8'))).version;
}
