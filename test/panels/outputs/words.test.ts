import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decimal, historyWords, scopeName, signed } from '../../../src/webview/outputs/words.ts';

test('numbers are short and have a true minus', () => {
  assert.deepEqual([0, 1, -0.12345, 1234.5, 0.000123].map(decimal), ['0', '1', '−0.123', '1234.5', '0.00012']);
  assert.deepEqual([0.5, 0, -2].map(signed), ['+0.5', '0', '−2']);
});

test('scopes have names', () => {
  assert.equal(scopeName({ purpose: 'rollout', split: 'train' }), 'Training rollouts');
  assert.equal(scopeName({ purpose: 'evaluation', split: 'validation' }), 'Held-out problems');
});

test('a history is said by its ends', () => {
  const point = (from: number, to: number, solved: number) => ({ from, to, solved, samples: 8 });
  assert.equal(historyWords([]), 'Not tried yet');
  assert.equal(historyWords([point(3, 3, 2)]), '2 of 8 solved at step 3');
  assert.equal(
    historyWords([point(1, 9, 0), point(10, 12, 5)]),
    '0 of 8 solved at steps 1 to 9, 5 of 8 solved at steps 10 to 12',
  );
});
