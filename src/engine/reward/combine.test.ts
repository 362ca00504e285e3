import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RewardResult } from '../protocol/completion.ts';
import { combineRewards } from './combine.ts';

const error: RewardResult = { error: { kind: 'threw', message: 'no' } };
const value = (number: number | null): RewardResult => ({ value: number });

const cases: readonly (readonly [string, RewardResult[], number[], number | null])[] = [
  ['one function', [value(1)], [1], 1],
  ['a weighted sum', [value(1), value(0.5)], [1, -2], 0],
  ['null is left out', [value(1), value(null)], [0.5, 1], 0.5],
  ['all null', [value(null), value(null)], [1, 1], null],
  ['zero is not null', [value(0), value(null)], [1, 1], 0],
  ['an error leaves no reward', [value(1), error], [1, 1], null],
  ['an error of a metric counts for nothing', [value(1), error], [1, 0], 1],
  ['a metric counts for nothing', [value(1), value(5)], [1, 0], 1],
  ['a metric alone is no reward', [value(null), value(5)], [1, 0], null],
  ['no function', [], [], null],
];

for (const [name, results, weights, expected] of cases) {
  test(name, () => {
    const byName = Object.fromEntries(results.map((result, i) => [`f${i}`, result]));
    assert.equal(combineRewards(byName, Object.fromEntries(weights.map((weight, i) => [`f${i}`, weight]))), expected);
  });
}
