import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { learnBytePairs } from '../../scripts/demo/bytePairs.ts';

const ENOUGH = 1000;

test('merges the most frequent pair first, and pieces that come often count often', () => {
  const { merges } = learnBytePairs(['low', 'low', 'new', 'new', 'new'], ENOUGH);
  // n-e and e-w come three times each, and n-e was met first.
  assert.deepEqual(merges, [
    ['n', 'e'],
    ['ne', 'w'],
    ['l', 'o'],
    ['lo', 'w'],
  ]);
});

test('the alphabet comes first, sorted; then what each merge made', () => {
  const { symbols } = learnBytePairs(['ba', 'ba', 'c'], ENOUGH);
  assert.deepEqual(symbols, ['a', 'b', 'c', 'ba']);
});

test('a run of one symbol is merged from the left', () => {
  assert.deepEqual(learnBytePairs(['aaa'], ENOUGH).merges, [
    ['a', 'a'],
    ['aa', 'a'],
  ]);
});

test('stops where the vocabulary is full', () => {
  assert.deepEqual(learnBytePairs(['abcd'], 5).symbols, ['a', 'b', 'c', 'd', 'ab']);
});

test('with room for everything, every piece becomes one symbol', () => {
  const piece = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 20 }), (pieces) => {
      const { symbols } = learnBytePairs(pieces, ENOUGH);
      for (const each of pieces) assert.ok(symbols.includes(each), `${each} is not among ${symbols.join(' ')}`);
    }),
  );
});
