import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProblemRecord } from '../../protocol/run.ts';
import { parseHubSource } from '../../protocol/hubSource.ts';
import { selectFiles, type RepoIndex } from './repoIndex.ts';

function select(index: RepoIndex, tail = '', role: ProblemRecord['split'] = 'train'): string[] {
  return selectFiles(index, parseHubSource(`hf:owner/name${tail}`), role);
}

const bare = (...files: readonly string[]): RepoIndex => ({ files: [...files], configs: [] });
const files = ['README.md', 'hard/train.csv', 'main/test.csv', 'main/train-0.csv', 'main/train-1.csv'];
const carded: RepoIndex = {
  files,
  configs: [
    {
      name: 'main',
      isDefault: false,
      dataFiles: [
        { split: 'train', patterns: ['main/train-*'] },
        { split: 'test', patterns: ['main/test.csv'] },
      ],
    },
    { name: 'hard', isDefault: false, dataFiles: [{ split: 'train', patterns: ['hard/*'] }] },
  ],
};

test('the card says which files are which, and the part of the experiment which split', () => {
  assert.deepEqual(select(carded, '?config=main'), ['main/train-0.csv', 'main/train-1.csv']);
  assert.deepEqual(select(carded, '?config=main', 'test'), ['main/test.csv']);
  assert.deepEqual(select(carded, '?config=main&split=test'), ['main/test.csv']);
  assert.deepEqual(select(carded, '?config=hard'), ['hard/train.csv']);
  assert.deepEqual(select(carded, '/hard/*', 'test'), ['hard/train.csv']);
});

test('one configuration, the default one and the one of that name need no naming', () => {
  const [main, hard] = carded.configs;
  assert.ok(main && hard);
  assert.deepEqual(select({ files, configs: [hard] }), ['hard/train.csv']);
  assert.deepEqual(select({ files, configs: [main, { ...hard, isDefault: true }] }), ['hard/train.csv']);
  assert.deepEqual(select({ files, configs: [main, { ...hard, name: 'default' }] }), ['hard/train.csv']);
  assert.throws(() => select(carded), /several configurations: main, hard\. Name one: hf:owner\/name\?config=main/);
  assert.throws(() => select(carded, '?config=x'), /no configuration "x"\. It has main, hard/);
  assert.throws(() => select(carded, '?config=hard', 'test'), /no split "test"\. It has train/);
});

test('without a card the names of files and folders say it', () => {
  const index = bare('data/dev.jsonl', 'data/test-0.parquet', 'data/train-0.parquet', 'dataset_infos.json', 'LICENSE');
  assert.deepEqual(select(index), ['data/train-0.parquet']);
  assert.deepEqual(select(index, '', 'validation'), ['data/dev.jsonl']);
  assert.deepEqual(select(index, '', 'test'), ['data/test-0.parquet']);
  assert.deepEqual(select(bare('train/0.parquet', 'test/0.parquet')), ['train/0.parquet']);
  assert.deepEqual(select(bare('problems.jsonl', 'more.jsonl')), ['problems.jsonl', 'more.jsonl']);
  assert.throws(() => select(bare('problems.jsonl'), '', 'test'), /no split "test"\. It has train/);
  // A word within a word is none.
  assert.deepEqual(select(bare('contest.jsonl', 'latest.jsonl')), ['contest.jsonl', 'latest.jsonl']);
});

test('two folders are not mixed', () => {
  assert.throws(() => select(bare('hard/train.csv', 'main/train.csv')), /several folders: hard, main\. Name one/);
  assert.deepEqual(select(bare('hard/train.csv', 'main/train.csv'), '?config=main'), ['main/train.csv']);
  assert.throws(() => select(bare('hard/train.csv'), '?config=x'), /no folder "x"/);
});

test('a repository without data says where the hub has it', () => {
  assert.throws(() => select(bare('README.md', 'name.py')), /hf:owner\/name@refs\/convert\/parquet/);
  assert.throws(() => select(bare('a.csv'), '/b*.csv'), /fits no file of owner\/name\. It has a\.csv/);
});
