import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problemTitle } from './problemTitle.ts';

test('the column that stands in the prompt is the title, on one line', () => {
  const columns = { id: '7', question: 'How many\n  apples?', answer: 'a long answer that is in no prompt' };
  assert.equal(problemTitle('Q: 1 + 1?\nA: 2\n\nQ: How many\n  apples?\nA:', columns), 'How many apples?');
});

test('where no column stands in the prompt, it is the prompt', () => {
  assert.equal(problemTitle('Say\thello', { answer: 'hi', empty: '', number: 3 }), 'Say hello');
  assert.equal(problemTitle('', {}), '');
});

test('a long one is cut between characters', () => {
  const title = problemTitle(`x${'🦜'.repeat(1000)}`, {});
  assert.equal(title.length, 160);
  assert.ok(title.endsWith('🦜…'));
});
