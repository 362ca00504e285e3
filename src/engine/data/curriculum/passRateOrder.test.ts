import assert from 'node:assert/strict';
import { test } from 'node:test';
import { uniforms } from '../../random/keyed.ts';
import { passRateOrder } from './passRateOrder.ts';

const random = () => uniforms(1, 'curriculum');
const all = { low: 0, high: 1 };

test('in the order of the rates, without what was not measured', () => {
  const rates = [0.5, null, 1, 0, 0.25];
  assert.deepEqual(passRateOrder(rates, { order: 'descending', ...all }, random()), [2, 0, 4, 3]);
  assert.deepEqual(passRateOrder(rates, { order: 'ascending', ...all }, random()), [3, 4, 0, 2]);
});

test('bounds leave out what is never or always solved', () => {
  assert.deepEqual(passRateOrder([0, 0.25, 0.75, 1], { order: 'ascending', low: 0.1, high: 0.9 }, random()), [1, 2]);
});

test('where nothing is left, it says of how many and why', () => {
  assert.throws(
    () => passRateOrder([0, 0, 1, null], { order: 'ascending', low: 0.1, high: 0.9 }, random()),
    /of 3 measured problems none is left: 2 are solved less often than low = 0.1, 1 more often than high = 0.9/,
  );
});
