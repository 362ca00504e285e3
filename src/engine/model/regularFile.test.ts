/** What lies in a model folder in place of a file: an error that says so, at once, and nothing read without end. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { UserError } from '../protocol/errors.ts';
import { readAdapter } from './peft.ts';
import { openModelFolder } from './modelFolder.ts';
import { modelHash } from './modelHash.ts';
import { isMissing, openRegularFile, readOptionalFile, readSmallFile } from './regularFile.ts';
import { Tokenizer } from './tokenizer.ts';

const golden = join(import.meta.dirname, '../../../test/fixtures/golden/llama');
let scratch = '';
before(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'regular-'));
});
after(() => rm(scratch, { recursive: true }));

test('a small file, through a link too; one that is too large, or not there', async () => {
  const path = join(scratch, 'small');
  await writeFile(path, 'four');
  assert.equal(new TextDecoder().decode(await readSmallFile(path, 4)), 'four');
  await assert.rejects(readSmallFile(path, 3), { name: 'UserError', message: /has 4 bytes; the limit is 3/ });
  await assert.rejects(readSmallFile(join(scratch, 'none'), 4), (error) => isMissing(error));
  assert.equal(await readOptionalFile(join(scratch, 'none'), 4), null);
  // A file of a terabyte that takes no place on the disk.
  await truncate(path, 2 ** 40);
  await assert.rejects(readSmallFile(path, 2 ** 20), /limit/);
});

/** Files that a model folder is opened by, and by what. */
const OPENED: Readonly<Record<string, (folder: string) => Promise<unknown>>> = {
  'config.json': openModelFolder,
  'generation_config.json': openModelFolder,
  'model.safetensors': openModelFolder,
  'tokenizer.json': (folder) => Tokenizer.load(folder),
  'tokenizer_config.json': (folder) => Tokenizer.load(folder),
  'chat_template.jinja': (folder) => Tokenizer.load(folder),
  'adapter_config.json': readAdapter,
  'adapter_model.safetensors': readAdapter,
};

test(
  'a pipe, a device, a folder or a circle of links in place of any file',
  { skip: process.platform === 'win32' },
  async () => {
    const pipe = join(scratch, 'pipe');
    assert.equal(spawnSync('mkfifo', [pipe]).status, 0);
    const circle = join(scratch, 'circle');
    await symlink(circle, circle);
    const folder = join(scratch, 'folder');
    await mkdir(folder);
    for (const target of [pipe, '/dev/zero', folder, circle]) {
      await assert.rejects(openRegularFile(target), { name: 'UserError' }, target);
      for (const [name, open] of Object.entries(OPENED)) {
        const model = await mkdtemp(join(scratch, 'model-'));
        for (const each of Object.keys(OPENED))
          if (each !== name && each !== 'chat_template.jinja' && each !== 'generation_config.json')
            await symlink(join(golden, each.startsWith('adapter') ? 'adapter' : '', each), join(model, each));
        await symlink(target, join(model, name));
        await assert.rejects(open(model), (error) => error instanceof UserError, `${name} -> ${target}`);
      }
    }
  },
);

test('the hash of a model is of files alone', { skip: process.platform === 'win32' }, async () => {
  const model = await mkdtemp(join(scratch, 'model-'));
  for (const name of ['config.json', 'model.safetensors']) await symlink(join(golden, name), join(model, name));
  const folder = await openModelFolder(model);
  await symlink('/dev/zero', join(model, 'tokenizer.json'));
  await assert.rejects(modelHash(folder), { name: 'UserError', message: /tokenizer\.json is no file/ });
});
