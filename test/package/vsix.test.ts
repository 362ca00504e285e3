/** The packaged extension: what is in it, how large it is, and that its engine works from what is in it and nothing else. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import manifest from '../../package.json' with { type: 'json' };
import { jsonLines } from '../cli/rlvr.ts';
import { readZip, unzip } from '../support/unzip.ts';

const run = promisify(execFile);
/** Packing, and each command; a slow machine that is busy needs a fraction of it. */
const HANG_LIMIT_MS = 5 * 60_000;

const MAX_VSIX_BYTES = 30e6;
const MAX_SHARED_PANEL_BYTES = 300e3;
const MAX_PANEL_BYTES = 100e3;

// No folder above it has node_modules.
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'rlvr-vsix-')));
after(() => rmSync(folder, { recursive: true }));

const root = join(import.meta.dirname, '../..');
await run(process.execPath, [join(root, 'scripts/package.ts'), '--out', folder], { timeout: HANG_LIMIT_MS });
const target = `${process.platform}-${process.arch}`;
const vsix = join(folder, `${manifest.name}-${manifest.version}-${target}.vsix`);
const entries = await readZip(vsix);
const files = new Map(entries.map((entry) => [entry.name.replace(/^extension\//, ''), entry]));

const text = (file: string): string => files.get(file)?.contents.toString('utf8') ?? assert.fail(`${file} is missing`);
const size = (file: string): number => files.get(file)?.contents.length ?? assert.fail(`${file} is missing`);
const matching = (pattern: RegExp): string[] => [...files.keys()].filter((file) => pattern.test(file)).sort();

/** Everything that may be in it. */
const CLASSES = [
  /^(\[Content_Types\]\.xml|extension\.vsixmanifest)$/,
  /^(package(\.nls)?\.json|readme\.md|changelog\.md|LICENSE\.txt|SECURITY\.md|ThirdPartyNotices\.txt)$/,
  /^dist\/([\w-]+\.js|rlvr_(?:rewards|ray|job)\.py|pythonGrader\/(rlvr_grader\/)?\w+\.py)$/,
  /^dist\/webview\/[\w-]+\.(js|css|ttf)$/,
  /^dist\/library\/([\w-]+\.js|rewards\/\w+\.ts)$/,
  /^dist\/native\/(esbuild(\.exe)?|onnxruntime\/(onnxruntime_binding\.node|[\w.]+\.(so\.\d|dylib|dll)))$/,
  /^examples\/demo\/(README\.md|demo\.rlvr\.json|[\w-]+\.jsonl|reward\.ts|rlvr\.d\.ts)$/,
  /^examples\/demo\/model\/\w+\.(json|safetensors)$/,
  /^media\/[\w./-]+\.(png|svg|md|json)$/,
];

test('it is small', () => {
  const bytes = statSync(vsix).size;
  if (target === 'linux-x64') assert.ok(bytes < MAX_VSIX_BYTES, `${bytes} bytes`);
});

test('it holds what runs and what a person reads, and nothing else', () => {
  const others = [...files.keys()].filter((file) => !CLASSES.some((pattern) => pattern.test(file)));
  assert.deepEqual(others, []);
  for (const file of [
    'dist/extension.js',
    'dist/dataWorker.js',
    'dist/main.js',
    'dist/compute.js',
    'dist/grader.js',
    'dist/parquet.js',
    'dist/pythonGrader/__main__.py',
    'dist/pythonGrader/rlvr_grader/__init__.py',
    'dist/debugScore.js',
    'dist/cli.js',
    'dist/library/rlvr.js',
    'dist/library/rewards/exactMatch.ts',
  ])
    assert.ok(files.has(file), file);
  assert.match(text('extension.vsixmanifest'), new RegExp(`TargetPlatform="${target}"`));
});

test(
  'the binaries are those of one platform',
  { skip: target !== 'linux-x64' && 'the list is that of linux-x64' },
  () => {
    assert.deepEqual(matching(/^dist\/native\//), [
      'dist/native/esbuild',
      'dist/native/onnxruntime/libonnxruntime.so.1',
      'dist/native/onnxruntime/onnxruntime_binding.node',
    ]);
    assert.equal(files.get('dist/native/esbuild')?.mode, 0o755);
  },
);

test('every package in the bundles has its licence in the notices, and React is none of them', () => {
  const packages = text('ThirdPartyNotices.txt')
    .split(/^-{80}$/m)
    .slice(1)
    .map((section) => /^\n\n(\S+) \S+ \(/.exec(section)?.[1] ?? assert.fail(section.slice(0, 100)));
  for (const name of [
    'onnxruntime-node',
    'esbuild',
    '@huggingface/tokenizers',
    'zod',
    '@modelcontextprotocol/sdk',
    'fraction.js',
  ])
    assert.ok(packages.includes(name), name);
  assert.deepEqual(
    packages.filter((name) => /react/i.test(name)),
    [],
  );
});

test('panels are quick to load', () => {
  const shared = matching(/^dist\/webview\/ui-\w+\.js$/);
  const bytes = shared.reduce((sum, file) => sum + size(file), 0);
  assert.ok(bytes < MAX_SHARED_PANEL_BYTES, `${shared.join(', ')}: ${bytes} bytes`);
  const scripts = matching(/^dist\/webview\/\w+\.js$/);
  assert.deepEqual(
    scripts,
    ['compare', 'dashboard', 'outputs'].map((panel) => `dist/webview/${panel}.js`),
  );
  for (const script of scripts) assert.ok(size(script) < MAX_PANEL_BYTES, `${script}: ${size(script)} bytes`);
});

test('nothing that the editor loads reaches for ONNX Runtime or esbuild', () => {
  const loaded = new Set<string>();
  const load = (file: string): void => {
    if (loaded.has(file)) return;
    loaded.add(file);
    for (const [, path = ''] of text(file).matchAll(/(?:from|import)\s*\(?\s*"(\.\/[\w./-]+\.js)"/g))
      load(posix.join(dirname(file), path));
  };
  for (const entry of ['dist/extension.js', 'dist/dataWorker.js']) load(entry);
  for (const file of loaded) assert.doesNotMatch(text(file), /\.\/native\//, file);
  // So that the pattern above is one that finds them.
  assert.ok(matching(/^dist\/[\w-]+\.js$/).some((file) => text(file).includes('./native/onnxruntime/')));
});

const installed = join(folder, 'installed');
unzip(entries, installed);
const door = join(installed, 'extension/dist/cli.js');
const project = join(folder, 'project');
mkdirSync(project);

/** Runs the packaged `rlvr`, with nothing of this repository to be found from it. */
async function rlvr(...args: string[]): Promise<string> {
  const environment = { ...process.env, NODE_PATH: '', NODE_OPTIONS: '' };
  const { stdout } = await run(process.execPath, [door, ...args], {
    cwd: project,
    env: environment,
    timeout: HANG_LIMIT_MS,
  });
  return stdout;
}

test('its engine works here', async () => {
  const checks = jsonLines(await rlvr('doctor', '--json'));
  const ok = checks.filter(({ status }) => status === 'ok').map(({ name }) => name);
  for (const name of ['node', 'node:sqlite', 'ONNX Runtime', 'CPU', 'grader']) assert.ok(ok.includes(name), name);
});

test('it trains the built-in demo, from its own folder and from a copy', async () => {
  const demo = join(installed, 'extension/examples/demo');
  for (const file of readdirSync(demo)) if (file !== 'model') cpSync(join(demo, file), join(project, file));
  for (const experiment of [join(demo, 'demo.rlvr.json'), 'demo.rlvr.json']) {
    const events = jsonLines(await rlvr('train', experiment, '--json', '--set', 'training.steps=2'));
    assert.deepEqual(
      events.filter(({ event }) => event === 'step').map(({ step }) => step),
      [1, 2],
    );
    assert.equal(events.at(-1)?.['event'], 'done');
  }
});

test('a reward of its library works in a folder that has nothing else', async () => {
  cpSync(join(installed, 'extension/dist/library/rewards/numberMatch.ts'), join(project, 'reward.ts'));
  const events = jsonLines(await rlvr('train', 'demo.rlvr.json', '--json', '--set', 'training.steps=1'));
  assert.equal(events.at(-1)?.['event'], 'done');
});

test('it serves agents', async () => {
  const client = new Client({ name: 'test', version: '1.0.0' });
  await client.connect(new StdioClientTransport({ command: process.execPath, args: [door, 'mcp'], cwd: project }));
  try {
    assert.match(JSON.stringify(await client.callTool({ name: 'rlvr_list_runs', arguments: {} })), /finished/);
  } finally {
    await client.close();
  }
});
