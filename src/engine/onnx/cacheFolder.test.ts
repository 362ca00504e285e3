import assert from 'node:assert/strict';
import { userInfo } from 'node:os';
import path from 'node:path';
import { afterEach, test } from 'node:test';
import { cacheFolder } from './cacheFolder.ts';

const VARIABLES = ['XDG_CACHE_HOME', 'HOME', 'USERPROFILE'];
const before = VARIABLES.map((name) => [name, process.env[name]] as const);
afterEach(() => {
  for (const [name, value] of before)
    if (value === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = value;
});

test('the folder that is named, where its path is absolute', () => {
  const named = path.resolve('/caches');
  process.env['XDG_CACHE_HOME'] = named;
  assert.equal(cacheFolder(), path.join(named, 'rlvr-ops'));
});

const { homedir } = userInfo();

for (const [what, value] of [
  ['empty', ''],
  ['relative', 'x'],
] as const)
  test(`libraries are never loaded from below the current folder: ${what} variables`, () => {
    process.env['XDG_CACHE_HOME'] = value;
    for (const variable of ['HOME', 'USERPROFILE']) process.env[variable] = homedir;
    assert.equal(cacheFolder(), path.join(homedir, '.cache', 'rlvr-ops'));
    for (const variable of ['HOME', 'USERPROFILE']) process.env[variable] = value;
    assert.ok(path.isAbsolute(cacheFolder()), cacheFolder());
  });
