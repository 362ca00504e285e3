import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeHeat, heatLegend, heatLevel, LEVELS } from '../../../src/webview/outputs/heatScale.ts';

test('the less likely a token, the stronger its colour', () => {
  const levels = [1, 0.8, 0.6, 0.4, 0.2, 0.05, 0.02, 0.001].map((p) => heatLevel('logprob', Math.log(p))?.level);
  assert.deepEqual(levels, [0, 1, 2, 3, 4, 5, 6, LEVELS]);
  assert.equal(describeHeat('logprob', Math.log(0.25)), 'log-probability −1.39, probability 25 %');
});

test('a ratio has two sides', () => {
  assert.deepEqual(heatLevel('ratio', 1), { level: 0, side: 'over' });
  assert.deepEqual(heatLevel('ratio', 0.5), { level: 4, side: 'under' });
  assert.deepEqual(heatLevel('ratio', 2), { level: 4, side: 'over' });
  assert.equal(heatLevel('ratio', 0)?.level, LEVELS);
});

test('what is no number has no colour', () => {
  assert.equal(heatLevel('entropy', NaN), null);
  assert.equal(describeHeat('entropy', NaN), 'no value');
});

test('the legend names every level', () => {
  for (const heat of ['logprob', 'entropy', 'ratio'] as const) assert.equal(heatLegend(heat).length, LEVELS);
  assert.equal(heatLegend('logprob').at(-1), '≤ 1 %');
  assert.equal(heatLegend('entropy')[3], '≥ 1');
});
