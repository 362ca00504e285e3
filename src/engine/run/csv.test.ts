import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csvLine } from './csv.ts';

test('only what needs quotes gets them', () => {
  assert.equal(csvLine(['1', '', 'a b', '-0.5']), '1,,a b,-0.5\n');
  assert.equal(csvLine(['a,b', 'say "hi"', 'two\nlines', 'r\r']), '"a,b","say ""hi""","two\nlines","r\r"\n');
});
