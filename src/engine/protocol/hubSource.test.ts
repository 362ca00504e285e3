import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hubSourceProblem, isHubSource, parseHubSource, pinned, withSplit } from './hubSource.ts';

const parts = (text: string): unknown[] => {
  const { repo, revision, files, config, split } = parseHubSource(text);
  return [repo, revision, files, config, split];
};

test('owner, name, and behind them what is named', () => {
  assert.deepEqual(parts('hf:openai/gsm8k'), ['openai/gsm8k', null, null, null, null]);
  assert.deepEqual(parts('hf:openai/gsm8k@v1.0'), ['openai/gsm8k', 'v1.0', null, null, null]);
  assert.deepEqual(parts('hf:a/b@main/data/train-*.parquet'), ['a/b', 'main', 'data/train-*.parquet', null, null]);
  assert.deepEqual(parts('hf:a/b/train.jsonl'), ['a/b', null, 'train.jsonl', null, null]);
  assert.deepEqual(parts('hf:a/b?config=main&split=dev'), ['a/b', null, null, 'main', 'dev']);
  assert.deepEqual(parts('hf:a/b@refs/convert/parquet/main/train'), [
    'a/b',
    'refs/convert/parquet',
    'main/train',
    null,
    null,
  ]);
});

test('anything else says how it is written', () => {
  for (const text of [
    'hf:',
    'hf:gsm8k',
    'hf:a/b/',
    'hf:a/b@',
    'hf:a/..',
    'hf:a/b@..',
    'hf:a/b?subset=main',
    'hf:a b/c',
  ])
    assert.throws(() => parseHubSource(text), { name: 'UserError', message: /Write hf:owner\/name/ }, text);
  assert.equal(hubSourceProblem('hf:a/b'), null);
  assert.match(hubSourceProblem('hf:a') ?? '', /Write hf:owner/);
  assert.deepEqual(['hf:a/b', 'hf/train.jsonl', 'train.jsonl'].map(isHubSource), [true, false, false]);
});

test('a commit takes the place of the revision, and a split that of the part it is for', () => {
  for (const tail of ['', '/data/*.csv', '?config=main&split=dev'])
    for (const revision of ['', '@v1'])
      assert.equal(pinned(parseHubSource(`hf:a/b${revision}${tail}`), 'c0ffee'), `hf:a/b@c0ffee${tail}`);
  assert.equal(withSplit(parseHubSource('hf:a/b?config=main'), 'test'), 'hf:a/b?config=main&split=test');
  for (const text of ['hf:a/b/x.csv', 'hf:a/b?split=dev']) assert.equal(withSplit(parseHubSource(text), 'test'), text);
  assert.equal(withSplit(parseHubSource('hf:a/b'), 'train'), 'hf:a/b');
});
