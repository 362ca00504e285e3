import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { isInside, rootOf, runsDirOf } from './roots.ts';

const one = join('/', 'work', 'one');
const nested = join(one, 'nested');

test('runs belong to the innermost workspace folder of their experiment', () => {
  assert.equal(rootOf(join(nested, 'a.rlvr.json'), [one, nested]), nested);
  assert.equal(runsDirOf(join(one, 'deep', 'a.rlvr.json'), [one, nested]), join(one, '.rlvr', 'runs'));
});

test('without a workspace folder they lie beside it', () => {
  assert.equal(rootOf(join('/', 'elsewhere', 'a.rlvr.json'), [one]), join('/', 'elsewhere'));
  assert.equal(rootOf(join('/', 'elsewhere', 'a.rlvr.json'), []), join('/', 'elsewhere'));
});

test('a folder whose name only begins alike is another', () => {
  assert.equal(isInside(join('/', 'work', 'onefold', 'x'), one), false);
  assert.equal(isInside(one, one), true);
  assert.equal(isInside(join('/', 'x'), '/'), true);
});
