import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test, type TestContext } from 'node:test';
import { hasChatTemplate, isModelFolder } from './modelPeek.ts';

const demo = resolve(import.meta.dirname, '../../../examples/demo/model');

/** A folder with these files. */
function folderWith(context: TestContext, files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'model-peek-'));
  context.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

test('a model is a configuration with safetensors, and no adapter', (context) => {
  assert.equal(isModelFolder(demo), true);
  assert.equal(isModelFolder(folderWith(context, { 'config.json': '{}', 'model.safetensors.index.json': '' })), true);
  assert.equal(isModelFolder(folderWith(context, { 'config.json': '{}' })), false);
  assert.equal(isModelFolder(folderWith(context, { 'config.json': '{}', 'adapter_model.safetensors': '' })), false);
  assert.equal(isModelFolder(join(demo, 'nowhere')), false);
});

test('a chat template is in a file of its own or in the configuration of the tokenizer', (context) => {
  const inConfig = (config: string): boolean =>
    hasChatTemplate(folderWith(context, { 'tokenizer_config.json': config }));
  assert.equal(hasChatTemplate(demo), false);
  assert.equal(inConfig('{ "chat_template": "{{ x }}" }'), true);
  assert.equal(inConfig('{ "chat_template": null }'), false);
  assert.equal(inConfig('damaged'), false);
  assert.equal(hasChatTemplate(folderWith(context, { 'chat_template.jinja': '{{ x }}' })), true);
});
