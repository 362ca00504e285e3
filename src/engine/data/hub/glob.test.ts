import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fitsGlob } from './glob.ts';

test('patterns as dataset cards have them', () => {
  const fits: readonly (readonly [string, string])[] = [
    ['main/train-*', 'main/train-00000-of-00001.parquet'],
    ['./main/train-*', 'main/train-0.parquet'],
    ['data', 'data/de/train.csv'],
    ['data/', 'data/train.csv'],
    ['**/*.jsonl', 'train.jsonl'],
    ['**/*.jsonl', 'a/b/train.jsonl'],
    ['a/**', 'a/b/c.csv'],
    ['train-[0-9].csv', 'train-3.csv'],
    ['train-[!0-9].csv', 'train-x.csv'],
    ['{train,dev}-?.csv', 'dev-1.csv'],
    ['a+b (1).csv', 'a+b (1).csv'],
  ];
  for (const [pattern, path] of fits) assert.ok(fitsGlob(path, pattern), `${pattern} ${path}`);
  const misses: readonly (readonly [string, string])[] = [
    ['main/train-*', 'mains/train-0.parquet'],
    ['main/train-*', 'main/x/train-0.parquet'],
    ['*.csv', 'a/train.csv'],
    ['data', 'data2/train.csv'],
    ['train-[0-9].csv', 'train-x.csv'],
    ['train.csv', 'trainxcsv'],
  ];
  for (const [pattern, path] of misses) assert.ok(!fitsGlob(path, pattern), `${pattern} ${path}`);
});

test('no pattern breaks it, and a name without signs fits itself', () => {
  const anything = fc.string({
    unit: fc.constantFrom('a', '/', '*', '?', '[', ']', '{', '}', ',', '-', '!', '\\', '.', '(', '^'),
  });
  fc.assert(fc.property(anything, anything, (pattern, path) => typeof fitsGlob(path, pattern) === 'boolean'));
  fc.assert(fc.property(fc.stringMatching(/^[a-z][a-z0-9.()+^$|-]*$/), (name) => fitsGlob(name, name)));
});
