import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { test } from 'node:test';
import { UserError } from '../../src/engine/protocol/errors.ts';
import { bundleReward, requireExport, type RewardModule } from '../../src/engine/reward/bundle.ts';
import { temporaryFolder } from './support.ts';

const folder = temporaryFolder();
const outDir = path.join(folder, 'out');

/** Writes a project and returns the path of its `reward.ts`. */
function project(name: string, files: Readonly<Record<string, string>>): string {
  for (const [file, contents] of Object.entries(files)) {
    const target = path.join(folder, name, file);
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.writeFileSync(target, contents);
  }
  return path.join(folder, name, 'reward.ts');
}

async function bundle(file: string): Promise<RewardModule> {
  return bundleReward(file, { outDir });
}

async function load(module: RewardModule): Promise<Record<string, unknown>> {
  const loaded: unknown = await import(pathToFileURL(module.path).href);
  assert.ok(typeof loaded === 'object' && loaded !== null);
  return Object.fromEntries(Object.entries(loaded));
}

const typical = {
  'reward.ts': `import type { Nothing } from './notThere.ts';
import { one } from '../common/one.ts';
import { version } from 'pkg';
import table from './table.json' with { type: 'json' };
export const correct = (input: Nothing): number => one + version() + table.two;
export function format(): number { return 0; }`,
  '../common/one.ts': 'export const one: number = 1;',
  'table.json': '{ "two": 2 }',
  'node_modules/pkg/package.json': '{ "name": "pkg", "version": "1.2.3", "main": "index.js" }',
  // A CommonJS package that needs one of Node's own modules.
  'node_modules/pkg/index.js': "const os = require('os'); exports.version = () => os.EOL.length;",
};

test('a TypeScript file with what it imports becomes one module', async () => {
  const file = project('typical/a', typical);
  const module = await bundle(file);
  assert.deepEqual([...module.exports].sort(), ['correct', 'format']);
  assert.deepEqual(
    module.sources.map(({ name }) => name),
    ['a/reward.ts', 'a/table.json', 'common/one.ts'],
  );
  assert.equal(Buffer.from(module.sources[2]?.contents ?? []).toString(), typical['../common/one.ts']);
  const { correct } = await load(module);
  assert.ok(typeof correct === 'function');
  assert.equal(Reflect.apply(correct, undefined, [{}]), 4);
});

test('the types of rewards are no module: however they are imported, nothing is left of them', async () => {
  const body = `export const correct: Reward = ({ completion }) => completion === 'yes';`;
  const ways = ["import type { Reward } from 'rlvr';", "import { type Reward } from 'rlvr';"];
  for (const [index, line] of ways.entries()) {
    for (const verbatimModuleSyntax of [false, true]) {
      const file = project(`types/${index}-${String(verbatimModuleSyntax)}`, {
        'reward.ts': `/// <reference path="./rlvr.d.ts" />\n${line}\n${body}`,
        // With this option esbuild, too, keeps an import of which only types are used.
        'tsconfig.json': JSON.stringify({ compilerOptions: { verbatimModuleSyntax } }),
      });
      const { correct } = await load(await bundle(file));
      assert.ok(typeof correct === 'function');
      assert.equal(Reflect.apply(correct, undefined, [{ completion: 'yes' }]), true);
    }
  }
});

test('bundling for one run does not end that for another', { timeout: 30_000 }, async () => {
  const files = ['one', 'two', 'three'].map((name) => project(`together/${name}`, typical));
  const bundleOften = async (file: string): Promise<void> => {
    for (let time = 0; time < 6; time++) await bundle(file);
  };
  await Promise.all(files.map(bundleOften));
});

test('the hash is of what is imported, not of where it lies', async () => {
  const { hash } = await bundle(project('hash/a', typical));
  assert.match(hash, /^[0-9a-f]{64}$/);
  assert.equal((await bundle(project('hash/elsewhere/a', typical))).hash, hash);

  const changes: Readonly<Record<string, string>> = {
    'reward.ts': `${typical['reward.ts']}\n// changed`,
    '../common/one.ts': 'export const one: number = 2;',
    'table.json': '{ "two": 3 }',
    'node_modules/pkg/package.json': '{ "name": "pkg", "version": "1.2.4", "main": "index.js" }',
  };
  for (const [changed, contents] of Object.entries(changes)) {
    const other = await bundle(
      project(`hash/${Object.keys(changes).indexOf(changed)}/a`, { ...typical, [changed]: contents }),
    );
    assert.notEqual(other.hash, hash, changed);
  }
});

test('a file that lies beside the reward file is found from it', async () => {
  const file = project('beside', {
    'reward.ts': `import fs from 'node:fs';
export const words = fs.readFileSync(new URL('./words.txt', import.meta.url), 'utf8') + import.meta.dirname;`,
    'words.txt': 'one two ',
  });
  assert.equal((await load(await bundle(file)))['words'], `one two ${path.dirname(file)}`);
});

test('two files of one name do not overwrite each other', async () => {
  const one = project('same/one', { 'reward.ts': 'export const value = 1;' });
  const two = project('same/two', { 'reward.ts': 'export const value = 2;' });
  const [first, second] = await Promise.all([bundle(one), bundle(two)]);
  assert.notEqual(first.path, second.path);
});

const commonJs: readonly (readonly [string, string, Readonly<Record<string, unknown>>])[] = [
  ['exports.name', 'exports.one = 1; module.exports.two = 2;', { one: 1, two: 2 }],
  ['an object', 'const one = 1; module.exports = { one, two: 2, ["three"]: 3 };', { one: 1, two: 2 }],
  ['one function', 'module.exports = 1;', { default: 1 }],
  ['a word of the language', 'exports.class = 1;', { class: 1 }],
  [
    'as TypeScript compiles it',
    'Object.defineProperty(exports, "__esModule", { value: true }); exports.one = void 0; exports.one = 1;',
    { one: 1 },
  ],
  ['with its imports', "const { one } = require('./helper.js'); exports.one = one;", { one: 1 }],
];

for (const [name, text, exported] of commonJs) {
  test(`a CommonJS module exports ${name}`, async () => {
    const file = project(`common ${name}`, { 'reward.ts': text, 'helper.js': 'exports.one = 1;' });
    const module = await bundle(file);
    assert.deepEqual([...module.exports].sort(), Object.keys(exported));
    assert.deepEqual({ ...(await load(module)) }, exported);
    const [first] = module.sources;
    assert.equal(first?.name, 'reward.ts');
  });
}

test('a project that is named through a link has the same sources and hash', async () => {
  const file = project('linked', { 'reward.ts': "import './lib/a.ts';\nexport const b = 1;", 'lib/a.ts': '' });
  const link = path.join(folder, 'elsewhere', 'link');
  fs.mkdirSync(path.dirname(link));
  fs.symlinkSync(path.dirname(file), link, 'junction');
  const [direct, linked] = [await bundle(file), await bundle(path.join(link, 'reward.ts'))];
  assert.deepEqual(
    linked.sources.map(({ name }) => name),
    ['reward.ts', 'lib/a.ts'],
  );
  assert.deepEqual([linked.hash, linked.root], [direct.hash, direct.root]);
});

test('a CommonJS module that is named through a link exports what it exports', async () => {
  const file = project('linked common', { 'reward.js': 'exports.one = 1;' });
  const link = path.join(folder, 'common link');
  fs.symlinkSync(path.dirname(file), link, 'junction');
  assert.deepEqual({ ...(await load(await bundle(path.join(link, 'reward.js')))) }, { one: 1 });
});

const refused: readonly (readonly [string, string | null, RegExp])[] = [
  ['missing', null, /There is no reward file .*reward\.ts.*relative to the experiment/],
  [
    'syntax',
    'export const a = 1;\nexport const b = (;\n',
    /cannot be loaded:\n {2}reward\.ts:2:19: .*\n {4}export const b = \(;/,
  ],
  [
    'import',
    "import { a } from './nowhere.ts';\nexport const b = a;",
    /reward\.ts:1:19: Could not resolve "\.\/nowhere\.ts"/,
  ],
  [
    'CommonJS',
    'const name = "a"; exports[name] = () => 1;',
    /a CommonJS module whose text does not say .* Write "exports\.name = \.\.\."/,
  ],
  ['package', "import { a } from 'no-such-package';\nexport const b = a;", /Could not resolve "no-such-package"/],
];

for (const [name, contents, message] of refused) {
  test(`refused: ${name}`, async () => {
    const file = project(`refused-${name}`, contents === null ? {} : { 'reward.ts': contents });
    await assert.rejects(bundleReward(file, { outDir }), (error) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, message);
      return true;
    });
  });
}

test('a folder is no reward file', async () => {
  await assert.rejects(bundleReward(folder, { outDir }), /is not a file/);
});

test('a function that is not exported is named with what is', async () => {
  const file = project('exports', { 'reward.ts': 'export const correct = 1, format = 2;\nconst hidden = 3;' });
  const module = await bundle(file);
  assert.doesNotThrow(() => requireExport(module, file, 'format'));
  assert.throws(
    () => requireExport(module, file, 'corect'),
    /no function "corect"; did you mean "correct"\? It exports correct, format\./,
  );
  assert.throws(() => requireExport(module, file, 'hidden'), /no function "hidden"\. It exports correct, format\./);
  const empty = project('nothing', { 'reward.ts': 'export {};' });
  assert.throws(() => requireExport({ ...module, exports: [] }, empty, 'a'), /It exports nothing\./);
});
