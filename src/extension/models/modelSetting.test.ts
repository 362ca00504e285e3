import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { modelSetting } from './modelSetting.ts';

const experiment = join(import.meta.dirname, 'x.rlvr.json');
const found = (text: string): string | null | undefined => {
  const setting = modelSetting(text, experiment);
  return setting === null ? undefined : setting.hubModel;
};

test('a model of the hub is found in any state of the text, and so is one that is nowhere', () => {
  assert.equal(found('{ // c\n "model": "Qwen/Qwen2.5-0.5B",'), 'Qwen/Qwen2.5-0.5B');
  assert.equal(found('{"model": "a/b@v1"}'), 'a/b@v1');
  assert.equal(found('{"model": "not-there"}'), null);
  assert.equal(found('{"model": ""}'), null);
  const text = '{"model": "a/b"}';
  const { offset = 0, length = 0 } = modelSetting(text, experiment)?.range ?? {};
  assert.equal(text.slice(offset, offset + length), '"a/b"');
});

test('nothing is offered for what is here', () => {
  // This folder is there, seen from the one above.
  const above = join(import.meta.dirname, '../x.rlvr.json');
  assert.equal(modelSetting('{"model": "models"}', above), null);
  for (const text of ['', '{', '[]', '{"model": 1}', '{"model": "builtin:demo"}', '{"lora": {"model": "a/b"}}'])
    assert.equal(found(text), undefined, text);
});
