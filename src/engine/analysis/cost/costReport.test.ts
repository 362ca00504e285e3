import assert from 'node:assert/strict';
import { test } from 'node:test';
import { costReport, type CostFacts } from './costReport.ts';
import { costSentences, spentWords } from './costWords.ts';
import { spent } from './spent.ts';

const facts: CostFacts = {
  steps: 100,
  seconds: 7200,
  problemsPerStep: 8,
  trainingProblems: 2000,
  gain: { value: 0.1, low: 0.05, high: 0.2 },
  gainSeconds: 7200,
};
const prices = { perHour: 3, watts: 250, pricePerKilowattHour: 0.4, currency: 'EUR' };

test('money is the hour and the energy, each where it has a price', () => {
  assert.deepEqual(spent(7200, prices), { seconds: 7200, kilowattHours: 0.5, money: 6.2 });
  assert.deepEqual(spent(7200, { perHour: 3 }), { seconds: 7200, kilowattHours: null, money: 6 });
  assert.deepEqual(spent(7200, { watts: 250 }), { seconds: 7200, kilowattHours: 0.5, money: null });
  assert.deepEqual(spent(0, { perHour: 0 }), { seconds: 0, kilowattHours: null, money: 0 });
});

test('a point of accuracy has a price where the gain cannot be chance', () => {
  const { perPoint, perStep } = costReport(facts, { perHour: 3 }, null);
  assert.equal(perStep?.seconds, 72);
  assert.ok(perPoint.kind === 'gained');
  assert.deepEqual([perPoint.points, perPoint.spent.seconds], [10, 720]);
  // More gained is cheaper for each.
  assert.deepEqual(
    perPoint.range.map(({ seconds }) => seconds),
    [360, 1440],
  );
  // What was trained after the evaluation that the gain is measured at did not buy it.
  const early = costReport({ ...facts, gainSeconds: 3600 }, { perHour: 3 }, null).perPoint;
  assert.ok(early.kind === 'gained');
  assert.equal(early.spent.seconds, 360);
  const chance = { ...facts, gain: { value: 0.1, low: -0.01, high: 0.2 } };
  assert.deepEqual(costReport(chance, prices, null).perPoint, { kind: 'none' });
  assert.deepEqual(costReport({ ...facts, gain: null }, prices, null).perPoint, { kind: 'unknown' });
});

test('projections scale steps and, roughly, parameters', () => {
  const seconds = (assumed: Parameters<typeof costReport>[2], of = facts): number | undefined =>
    costReport(of, prices, assumed).projection?.spent.seconds;
  // 7,473 problems in steps of 8 are 935 steps of 72 s.
  assert.equal(seconds({ problems: 7473 }), 935 * 72);
  assert.equal(seconds({ epochs: 3 }), 750 * 72);
  assert.equal(seconds({ model: { parameters: 300, own: 100 } }), 3 * 7200);
  assert.equal(seconds({ problems: 800, epochs: 2, model: { parameters: 50, own: 100 } }), 200 * 36);
  assert.equal(seconds({ epochs: 3 }, { ...facts, trainingProblems: null }), undefined);
  assert.equal(seconds({ problems: 10 }, { ...facts, steps: 0, seconds: 0 }), undefined);
});

test('in words', () => {
  assert.equal(spentWords(spent(7200, prices), prices), '2 h 00 min, 0.500 kWh, 6.20 EUR');
  assert.equal(spentWords(spent(3.6, { perHour: 3 }), {}), '3.60 s, 0.003 (currency not named)');
  const report = costReport(facts, { perHour: 3, currency: 'EUR' }, { model: { parameters: 300, own: 100 } });
  assert.deepEqual(costSentences(report, 100, { currency: 'EUR' }), [
    '100 steps cost 2 h 00 min, 6.00 EUR.',
    'A step cost 1 min 12 s, 0.060 EUR.',
    'Each point of held-out accuracy gained cost 12 min 00 s, 0.60 EUR (from 6 min 00 s, 0.30 EUR to 24 min 00 s, 1.20 EUR, by the 95 % interval of the gain).',
    '100 steps would cost about 6 h 00 min, 18.00 EUR.',
    'Each step takes as long as the mean step of this run.',
    'Time grows in proportion to the number of parameters: an estimate of its size, since attention, memory and rewards do not.',
  ]);
});
