import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseHubModel, pinnedModel, readHubModel } from './hubModel.ts';

test('owner, name, and behind them a revision', () => {
  const parts = (text: string): unknown[] => {
    const { repo, revision } = parseHubModel(text);
    return [repo, revision];
  };
  assert.deepEqual(parts('Qwen/Qwen2.5-0.5B'), ['Qwen/Qwen2.5-0.5B', null]);
  assert.deepEqual(parts('a/b@v1.0'), ['a/b', 'v1.0']);
  assert.deepEqual(parts('a/b@refs/pr/3'), ['a/b', 'refs/pr/3']);
  assert.equal(pinnedModel(parseHubModel('a/b@main'), 'c'.repeat(40)), `a/b@${'c'.repeat(40)}`);
});

test('folders and anything else are none', () => {
  for (const text of [
    '',
    'gpt2',
    'builtin:demo',
    './a/b',
    '../b',
    '/a/b',
    'a/b/c',
    'a\\b',
    'C:/b',
    'a/..',
    'a/b..c',
    'a--b/c',
    'a/b@',
    'a/b@../..',
    'a/b@x/y',
    'hf:a/b',
    'a/b?x',
    'a /b',
  ]) {
    assert.equal(readHubModel(text), null, text);
    assert.throws(() => parseHubModel(text), { name: 'UserError', message: /Write owner\/name/ }, text);
  }
});

test('whatever is read is one folder deep, and reads back from its parts', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[\w.@/-]{1,40}$/), (text) => {
      const model = readHubModel(text);
      if (model === null) return;
      assert.equal(model.repo.split('/').length, 2);
      assert.ok(!model.repo.split('/').some((part) => part === '' || part.startsWith('.') || part.includes('--')));
      assert.equal([model.repo, ...(model.revision === null ? [] : [model.revision])].join('@'), text);
    }),
  );
});
