import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KeptComparisons, type ComparisonsMemory, type KeptComparison } from './keptComparisons.ts';

const ofRun = (runDir: string): KeptComparison => ({
  runDir,
  title: 't',
  origin: { kind: 'run', rewardsOf: '/other' },
});
const ofSave = (runDir: string, text: string): KeptComparison => ({
  runDir,
  title: 't',
  origin: { kind: 'save', texts: [{ path: '/reward.ts', text }] },
});

test('the newest of a run is kept, and of few runs', () => {
  const memory: ComparisonsMemory = { comparisons: undefined };
  const kept = new KeptComparisons(memory);
  kept.keep(ofSave('/a', 'one'));
  kept.keep(ofSave('/a', 'two'));
  assert.deepEqual(new KeptComparisons(memory).get('/a'), ofSave('/a', 'two'));
  for (const run of ['/b', '/c', '/d', '/e', '/f']) kept.keep(ofRun(run));
  assert.equal(kept.get('/a'), null);
  assert.deepEqual(kept.get('/b'), ofRun('/b'));
  assert.equal(kept.forget('/b'), true);
  assert.equal(kept.forget('/b'), false);
  assert.equal(kept.get('/b'), null);
});

test('long texts are not kept, and take the place of the older one all the same', () => {
  const memory: ComparisonsMemory = { comparisons: undefined };
  const kept = new KeptComparisons(memory);
  kept.keep(ofSave('/a', 'short'));
  kept.keep(ofSave('/a', 'x'.repeat(2 ** 19)));
  assert.equal(kept.get('/a'), null);
});

test('what is no comparison is none', () => {
  const kept = new KeptComparisons({ comparisons: [{ runDir: '/a' }] });
  assert.equal(kept.get('/a'), null);
  kept.keep(ofRun('/a'));
  assert.deepEqual(kept.get('/a'), ofRun('/a'));
});
