import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { hubPlaces, tokenOfTerminal } from './hubPlaces.ts';

test("the cache is where Hugging Face's own tools have it", () => {
  const cacheDir = (env: Readonly<Record<string, string>>): string => hubPlaces(env).cacheDir;
  assert.equal(cacheDir({}), path.join(homedir(), '.cache', 'huggingface', 'hub'));
  assert.equal(cacheDir({ HF_HOME: '' }), cacheDir({}));
  assert.equal(cacheDir({ XDG_CACHE_HOME: 'relative' }), cacheDir({}));
  assert.equal(cacheDir({ XDG_CACHE_HOME: '/x' }), path.join('/x', 'huggingface', 'hub'));
  assert.equal(cacheDir({ XDG_CACHE_HOME: '/x', HF_HOME: '/h' }), path.join('/h', 'hub'));
  assert.equal(cacheDir({ HF_HOME: '/h', HUGGINGFACE_HUB_CACHE: '/old' }), '/old');
  assert.equal(cacheDir({ HF_HOME: '/h', HUGGINGFACE_HUB_CACHE: '/old', HF_HUB_CACHE: '/c' }), '/c');
});

test('a folder is not another one wherever it is read', async () => {
  for (const name of ['HF_HUB_CACHE', 'HUGGINGFACE_HUB_CACHE', 'HF_HOME'])
    assert.throws(() => hubPlaces({ [name]: 'cache' }), {
      name: 'UserError',
      message: new RegExp(`^${name} is "cache"`),
    });
  await assert.rejects(tokenOfTerminal({ HF_TOKEN_PATH: 'token' }), { name: 'UserError', message: /HF_TOKEN_PATH/ });
});

test('a mirror, and no network at all', () => {
  assert.equal(hubPlaces({}).endpoint, 'https://huggingface.co');
  assert.equal(hubPlaces({ HF_ENDPOINT: 'https://mirror.example//' }).endpoint, 'https://mirror.example');
  assert.throws(() => hubPlaces({ HF_ENDPOINT: 'mirror.example' }), { name: 'UserError', message: /HF_ENDPOINT/ });
  const offline = (value: string): boolean => hubPlaces({ HF_HUB_OFFLINE: value }).offline;
  assert.deepEqual(['1', 'true', 'YES', '0', 'off', ''].map(offline), [true, true, true, false, false, false]);
});

test('the token of a terminal: the variable, else the file that was stored', async (context) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'hub-'));
  context.after(() => rm(folder, { recursive: true }));
  assert.equal(await tokenOfTerminal({ HF_HOME: folder }), null);
  await writeFile(path.join(folder, 'token'), 'hf_stored\n');
  assert.equal(await tokenOfTerminal({ HF_HOME: folder }), 'hf_stored');
  assert.equal(await tokenOfTerminal({ HF_HOME: folder, HF_TOKEN: ' hf_named ' }), 'hf_named');
  assert.equal(await tokenOfTerminal({ HF_HOME: folder, HF_TOKEN_PATH: path.join(folder, 'gone') }), null);
});
