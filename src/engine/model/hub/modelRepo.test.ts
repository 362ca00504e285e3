import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HubFile } from '../../hub/hubClient.ts';
import { descriptionFiles } from './modelRepo.ts';

const MIB = 2 ** 20;

const listed = (sizes: Readonly<Record<string, number>>): HubFile[] =>
  Object.entries(sizes).map(([path, bytes]) => ({ path, bytes, checksum: '0'.repeat(40), checksumKind: 'git' }));

const described = (sizes: Readonly<Record<string, number>>): string[] =>
  descriptionFiles(
    'owner/name',
    listed({ 'config.json': 1, 'tokenizer.json': 64 * MIB, 'model.safetensors': 9e9, ...sizes }),
  ).map(({ path }) => path);

test('what is fetched before anyone has agreed is small: large files that nobody needs stay on the hub', () => {
  const needed = ['config.json', 'tokenizer.json'];
  assert.deepEqual(described({ 'vocab.json': 64 * MIB, 'README.md': MIB }), [...needed, 'vocab.json', 'README.md']);
  assert.deepEqual(described({ 'vocab.json': 64 * MIB + 1, 'README.md': MIB + 1, LICENSE: MIB + 1 }), needed);
});

test('a file that the engine reads is refused by its size', () => {
  for (const file of ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'chat_template.jinja'])
    assert.throws(() => described({ [file]: 64 * MIB + 1 }), {
      name: 'UserError',
      message: new RegExp(`^owner/name has a ${file} of 65 MiB, more than the 64 MiB`),
    });
  const index = { 'model.safetensors.index.json': 65 * MIB };
  assert.ok(
    !described(index).includes('model.safetensors.index.json'),
    'the weights are one file, which nothing indexes',
  );
  assert.throws(
    () => descriptionFiles('owner/name', listed({ 'config.json': 1, 'tokenizer.json': 1, ...index })),
    /has a model\.safetensors\.index\.json of 65 MiB/,
  );
});
