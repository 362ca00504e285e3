import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseExperiment } from '../../protocol/experimentFile.ts';
import { scheduleOf } from './schedule.ts';

const base = { model: 'model', dataset: { source: 'a.jsonl' }, rewards: [{ function: 'gsm8k' }] };

test('evaluations and checkpoints are due every so many steps, and behind the last', () => {
  const every = { evaluation: { every: 20 }, checkpoint: { every: 50 } };
  const of = (steps: number, more = {}) =>
    scheduleOf(parseExperiment(JSON.stringify({ ...base, ...every, training: { steps }, ...more }), 'a.rlvr.json'));
  assert.deepEqual([of(100).evaluations, of(101).evaluations, of(0).evaluations], [5, 6, 0]);
  assert.deepEqual([of(100).checkpoints, of(120).checkpoints], [2, 3]);
  assert.deepEqual([of(100).savesEveryStep, of(100, { full: true }).savesEveryStep], [true, false]);
  const regularOnly = { checkpoint: { every: 50, best: false } };
  assert.deepEqual([of(100).bestCheckpoints, of(100, regularOnly).bestCheckpoints], [5, 0]);
  assert.equal(of(7, { evaluation: { every: 0 } }).evaluations, 1);
});

test('what else changes the time of a step', () => {
  const of = (algorithm: object) => scheduleOf(parseExperiment(JSON.stringify({ ...base, algorithm }), 'a.rlvr.json'));
  assert.equal(of({}).trainsAll, false);
  assert.equal(of({ beta: 0.1 }).trainsAll, true);
  assert.equal(of({}).maxBatches, null);
  assert.equal(of({ dynamicSampling: { maxBatches: 4 } }).maxBatches, 4);
  const screened = (curriculum?: object) =>
    scheduleOf(parseExperiment(JSON.stringify({ ...base, curriculum }), 'a.rlvr.json')).screened;
  assert.deepEqual([screened(), screened({ by: 'adaptive' }), screened({ by: 'adaptive', screen: 0 })], [1, 0.25, 1]);
});
