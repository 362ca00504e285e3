import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import fc from 'fast-check';
import { toMatchExpression } from './search.ts';

test('words must all occur, quoted words are a phrase, the last word is a beginning', () => {
  assert.equal(toMatchExpression('red apples'), '"red" AND "apples" *');
  assert.equal(toMatchExpression('red ap'), '"red" AND "ap"', 'a beginning has three letters');
  assert.equal(toMatchExpression('"red apples" 72'), '"red apples" AND "72"');
  assert.equal(toMatchExpression('"red apples"'), '"red apples"');
  assert.equal(toMatchExpression('"not closed'), '"not closed"');
});

test('operators are words, and what has no letter or digit is left out', () => {
  assert.equal(toMatchExpression('a OR -bc*'), '"a" AND "OR" AND "-bc*" *');
  assert.equal(toMatchExpression('x = 5'), '"x" AND "5"');
  for (const nothing of ['', '  ', '" "', '= + -', '"']) assert.equal(toMatchExpression(nothing), null);
});

test('FTS5 accepts the expression of every query', () => {
  const db = new DatabaseSync(':memory:');
  db.exec('CREATE VIRTUAL TABLE t USING fts5 (text)');
  const statement = db.prepare('SELECT count(*) FROM t WHERE t MATCH ?');
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.stringMatching(/^[ab"*^:()+\-{} ]*$/)),
      (query) => {
        const expression = toMatchExpression(query);
        if (expression !== null) statement.get(expression);
      },
    ),
    { numRuns: 500 },
  );
});
