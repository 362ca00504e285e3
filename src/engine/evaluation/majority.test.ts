import assert from 'node:assert/strict';
import { test } from 'node:test';
import { majorityAtK } from './majority.ts';
import type { Vote } from './majority.ts';

const votes = (...answers: (string | null)[]): Vote[] =>
  answers.map((answer) => ({ answer, correct: answer === '72' }));

test('the most frequent answer decides', () => {
  assert.equal(majorityAtK(votes('72', '70', '72'), 3), 1);
  assert.equal(majorityAtK(votes('72', '70', '70'), 3), 0);
});

test('only the first k samples vote', () => {
  assert.equal(majorityAtK(votes('72', '70', '70'), 1), 1);
});

test('a tie counts the part of it that is right', () => {
  assert.equal(majorityAtK(votes('72', '70'), 2), 0.5);
  assert.equal(majorityAtK(votes('72', '70', '5', '70', '72', '5'), 6), 1 / 3);
});

test('samples without an answer do not vote', () => {
  assert.equal(majorityAtK(votes(null, null, '72'), 3), 1);
  assert.equal(majorityAtK(votes(null, null), 2), 0);
  assert.throws(() => majorityAtK(votes('72'), 2), RangeError);
});
