import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSavedFolder, savedFolder } from './layout.ts';

test('a saved folder names its kind and step', () => {
  assert.deepEqual(parseSavedFolder(savedFolder('state', 12)), { kind: 'state', step: 12 });
  assert.deepEqual(parseSavedFolder(savedFolder('checkpoints', 0)), { kind: 'checkpoints', step: 0 });
});

test('no path leads out of the run, and no step has two names', () => {
  const paths = [
    '../state/step-1',
    'state/../step-1',
    '/state/step-1',
    'state/step-1/..',
    'state/step-01',
    'state/.step-1.tmp-5',
    'x/step-1',
  ];
  for (const path of paths) assert.equal(parseSavedFolder(path), null, path);
});
