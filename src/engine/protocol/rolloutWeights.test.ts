import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseExperiment } from './experimentFile.ts';

const parse = (extra: object) =>
  parseExperiment(
    JSON.stringify({ model: 'm', dataset: { source: 'd' }, rewards: [{ function: 'correct' }], ...extra }),
    'x.rlvr.json',
  );

const rollout = { weights: 'int8' };

test('rollouts from a base in few bits are corrected, as the file says or by truncation', () => {
  const standard = { mode: 'truncate', cap: 2, low: 0.5, high: 5 };
  assert.deepEqual(parse({ rollout }).algorithm.importanceSampling, standard);
  const masked = parse({ rollout, algorithm: { importanceSampling: { mode: 'mask' } } });
  assert.deepEqual(masked.algorithm.importanceSampling, { ...standard, mode: 'mask' });
  assert.equal(parse({ rollout: { weights: 'float32' } }).algorithm.importanceSampling, false);
  const resolved = parse({ rollout });
  assert.deepEqual(parse(resolved), resolved);
});

test('without a correction they are refused', () => {
  assert.throws(
    () => parse({ rollout, algorithm: { importanceSampling: false } }),
    /algorithm\.importanceSampling: .*come from another policy/,
  );
});

test('supervised training has no rollouts', () => {
  assert.throws(() => parse({ method: 'sft', rewards: [], rollout }), /rollout\.weights: .*samples nothing/);
});

test('where every weight is trained, none is frozen', () => {
  assert.throws(() => parse({ rollout, full: true }), /rollout\.weights: .*train an adapter/);
});

test('what an adapter is trained on is what completions are sampled from', () => {
  const lora = { base: 'int8' };
  const resolved = parse({ lora });
  assert.equal(resolved.rollout.weights, 'int8');
  assert.notEqual(resolved.algorithm.importanceSampling, false);
  assert.deepEqual(parse(resolved), resolved);
  assert.equal(parse({ lora, method: 'sft', rewards: [] }).lora?.base, 'int8');
  assert.notEqual(parse({ lora: { base: 'float16' } }).algorithm.importanceSampling, false);
  for (const weights of ['float32', 'float16', 'int4'])
    assert.throws(() => parse({ lora, rollout: { weights } }), /rollout\.weights: .*trained on an int8 base/);
  assert.throws(() => parse({ lora, full: true }), /exclude each other/);
});
