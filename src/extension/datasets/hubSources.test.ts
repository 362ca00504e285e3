import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hubSourcesIn } from './hubSources.ts';

test('datasets of the hub are found in any state of the text', () => {
  const text = '{ // c\n "dataset": { "source": "hf:openai/gsm8k", "validation": 256, "test": "hf:a/b?split=test", } }';
  assert.deepEqual(hubSourcesIn(text), ['hf:openai/gsm8k', 'hf:a/b?split=test']);
  assert.deepEqual(hubSourcesIn('{"dataset": {"source": "hf:a/b"'), ['hf:a/b']);
  const tasks = '{"tasks": {"a": {"dataset": {"source": "hf:a/b"}}, "b": {}, "c": {"dataset": {"test": "hf:c/d"';
  assert.deepEqual(hubSourcesIn(tasks), ['hf:a/b', 'hf:c/d']);
  for (const other of ['', '{', '[]', '{"dataset": {"source": "hf/train.jsonl", "test": 1}}', '{"source": "hf:a/b"}'])
    assert.deepEqual(hubSourcesIn(other), [], other);
});
