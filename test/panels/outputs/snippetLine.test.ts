import assert from 'node:assert/strict';
import { test } from 'node:test';
import { snippetLine } from '../../../src/webview/outputs/snippetLine.ts';

const part = (text: string, match = false) => ({ text, match });

test('what is before a match is cut to its last words', () => {
  assert.deepEqual(snippetLine([part('a long way before the\nfirst '), part('apple', true), part(' and more')]), [
    part('…before the first '),
    part('apple', true),
    part(' and more'),
  ]);
});

test('a match near the beginning, or none at all, leaves it as it is', () => {
  assert.deepEqual(snippetLine([part('red '), part('apple', true)]), [part('red '), part('apple', true)]);
  assert.deepEqual(snippetLine([part('no match in a long text that goes on')]), [
    part('no match in a long text that goes on'),
  ]);
  assert.deepEqual(snippetLine([]), []);
});
