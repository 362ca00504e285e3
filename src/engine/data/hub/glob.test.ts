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

test('a card cannot keep it busy', () => {
  const deep = 'a/'.repeat(40) + 'x';
  for (const pattern of ['**/'.repeat(14) + 'nothing', '*a'.repeat(40) + 'b', '{*,**}'.repeat(40) + 'b']) {
    const began = performance.now();
    assert.ok(!fitsGlob(deep, pattern) && !fitsGlob('a'.repeat(200), pattern), pattern);
    assert.ok(performance.now() - began < 5000, pattern);
  }
  assert.ok(!fitsGlob('a', '*'.repeat(100_000)));
});

test('it says what trying everything says', () => {
  const short = (...units: string[]): fc.Arbitrary<string> =>
    fc.string({ unit: fc.constantFrom(...units), minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(short('a', 'b', '/', '*', '**/', '?'), short('a', 'b', '/'), (pattern, path) => {
      const bare = pattern.replace(/^\//, '').replace(/\/$/, '');
      assert.equal(fitsGlob(path, pattern), fitsByTrying(path, bare));
    }),
    { numRuns: 2000 },
  );
});

function fitsByTrying(path: string, pattern: string): boolean {
  if (pattern === '') return path === '' || path.startsWith('/');
  const suffixes = Array.from({ length: path.length + 1 }, (_, at) => at);
  const fits = (at: number, signs: number): boolean => fitsByTrying(path.slice(at), pattern.slice(signs));
  if (pattern.startsWith('**/')) return suffixes.some((at) => (at === 0 || path[at - 1] === '/') && fits(at, 3));
  if (pattern.startsWith('**')) return suffixes.some((at) => fits(at, 2));
  if (pattern.startsWith('*')) return suffixes.some((at) => !path.slice(0, at).includes('/') && fits(at, 1));
  const [sign] = path;
  return sign !== undefined && (pattern.startsWith('?') ? sign !== '/' : pattern.startsWith(sign)) && fits(1, 1);
}
