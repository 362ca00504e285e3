import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { editDistance, nearest } from './nearest.ts';

test('counts insertions, deletions, substitutions and swaps', () => {
  assert.equal(editDistance('temperature', 'temperature'), 0);
  assert.equal(editDistance('temprature', 'temperature'), 1);
  assert.equal(editDistance('sede', 'seed'), 1);
  assert.equal(editDistance('kitten', 'sitting'), 3);
  assert.equal(editDistance('', 'seed'), 4);
});

test('the distance is symmetric and bounded by the longer name', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 8 }), fc.string({ maxLength: 8 }), (a, b) => {
      const distance = editDistance(a, b);
      assert.equal(distance, editDistance(b, a));
      assert.equal(distance === 0, a === b);
      assert.ok(distance <= Math.max(a.length, b.length));
    }),
  );
});

test('finds the nearest name whatever its case and separators', () => {
  const names = ['learningRate', 'schedule', 'warmupSteps', 'beta1', 'beta2'];
  assert.equal(nearest('learning_rate', names), 'learningRate');
  assert.equal(nearest('shedule', names), 'schedule');
  assert.equal(nearest('warmup-step', names), 'warmupSteps');
  assert.equal(nearest('beta', names), 'beta1');
});

test('says nothing when no name is near', () => {
  assert.equal(nearest('colour', ['learningRate', 'schedule']), undefined);
  assert.equal(nearest('xy', ['lr']), undefined);
  assert.equal(nearest('anything', []), undefined);
});
