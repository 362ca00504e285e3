import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AlgorithmConfig } from '../protocol/experiment.ts';
import { clipping } from './clipping.ts';

const RATIOS = [0.5, 0.9, 1.1, 1.5, 4];

const clip: AlgorithmConfig['clip'] = { low: 0.2, high: 0.3, dual: 3, cap: 2, tauPositive: 1, tauNegative: 1 };

function clips(algorithm: Partial<AlgorithmConfig>, advantage: number): (string | null)[] {
  const clipOf = clipping({ tokenLoss: 'clipped', clip, ...algorithm });
  return RATIOS.map((ratio) => clipOf(ratio, advantage));
}

test('a ratio is cut on the side that its advantage pushes to', () => {
  assert.deepEqual(clips({}, 1), [null, null, null, 'high', 'high']);
  assert.deepEqual(clips({}, -1), ['low', null, null, null, null]);
  assert.deepEqual(clips({}, 0), [null, null, null, null, null]);
});

test('beyond a bound a negative advantage has no gradient either', () => {
  assert.deepEqual(clips({ tokenLoss: 'dualClip' }, -1), ['low', null, null, null, 'bound']);
  assert.deepEqual(clips({ clip: { ...clip, delta: 1.4 } }, -1), ['low', null, null, 'bound', 'bound']);
});

test('CISPO caps and SAPO clips nothing', () => {
  assert.deepEqual(clips({ tokenLoss: 'cispo' }, 1), [null, null, null, null, 'high']);
  assert.deepEqual(clips({ tokenLoss: 'cispo' }, -1), [null, null, null, null, null]);
  assert.deepEqual(clips({ tokenLoss: 'sapo' }, 1), [null, null, null, null, null]);
});
