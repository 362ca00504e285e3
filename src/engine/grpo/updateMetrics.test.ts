import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TrainingRow } from '../protocol/compute.ts';
import type { AlgorithmConfig } from '../protocol/experiment.ts';
import type { Metrics } from '../protocol/metrics.ts';
import { clipMetrics } from './clipMetrics.ts';
import { lossMetrics, updateMetrics } from './updateMetrics.ts';
import type { UpdateOutcome } from './updateOutcome.ts';

const clip: AlgorithmConfig['clip'] = { low: 0.2, high: 0.28, dual: 3, cap: 5, tauPositive: 1, tauNegative: 1.05 };
const clipped = { tokenLoss: 'clipped', clip } as const;

interface Given {
  readonly advantage: number;
  /** logprob - old, per token. */
  readonly logRatios: readonly number[];
  /** logprob - reference, per token. */
  readonly fromReference?: readonly number[];
  readonly entropy?: number;
  readonly weight?: number;
  readonly skipped?: boolean;
}

/** One update over rows whose log-probabilities under the policy are all -8, exactly representable offsets from there. */
function update(given: readonly Given[], loss = 0, gradNorm = 0): UpdateOutcome {
  const rows = given.map(({ advantage, logRatios, fromReference, weight = 1 }): TrainingRow => ({
    key: { step: 1, problem: 0, occurrence: 0, round: 0, sample: 0 },
    prompt: Int32Array.of(1),
    tokens: new Int32Array(logRatios.length),
    advantage,
    oldLogprobs: Float32Array.from(logRatios, (ratio) => -8 - ratio),
    referenceLogprobs: fromReference === undefined ? null : Float32Array.from(fromReference, (d) => -8 - d),
    rolloutLogprobs: null,
    weights: new Float32Array(logRatios.length).fill(weight),
  }));
  const trained = given.flatMap(({ skipped = false }, index) => (skipped ? [] : [index]));
  const perToken = (valueOf: (row: Given) => number): Float32Array[] =>
    given
      .filter(({ skipped = false }) => !skipped)
      .map((row) => new Float32Array(row.logRatios.length).fill(valueOf(row)));
  return {
    rows,
    trained,
    reply: { loss, gradNorm, logprobs: perToken(() => -8), entropies: perToken(({ entropy = 0 }) => entropy) },
  };
}

function assertMetrics(actual: Metrics, expected: Metrics): void {
  assert.deepEqual(Object.keys(actual).sort(), Object.keys(expected).sort());
  for (const [name, value] of Object.entries(expected)) {
    assert.ok(Math.abs((actual[name] ?? NaN) - value) < 1e-6, `${name}: ${actual[name]} is not ${value}`);
  }
}

const [UP, DOWN] = [1, -1];

test('clip ratios: low only where A < 0, high only where A > 0, over all tokens', () => {
  const outcome = update([
    { advantage: 1, logRatios: [UP, DOWN, 0, 0] },
    { advantage: -1, logRatios: [UP, DOWN, DOWN, DOWN] },
    { advantage: 0, logRatios: [0, 0], skipped: true },
  ]);
  assertMetrics(clipMetrics([outcome], clipped), {
    'clip_ratio/low_mean': 3 / 10,
    'clip_ratio/low_min': 0,
    'clip_ratio/high_mean': 1 / 10,
    'clip_ratio/high_max': 1 / 4,
    'clip_ratio/region_mean': 4 / 10,
  });
});

test('clip ratios: the edge itself is not clipped, and the two edges differ', () => {
  const edges = [Math.log(1.25), Math.log(1.3), Math.log(0.85), Math.log(0.75)];
  const both = [
    { advantage: 1, logRatios: edges },
    { advantage: -1, logRatios: edges },
  ];
  const metrics = clipMetrics([update(both)], clipped);
  assert.equal(metrics['clip_ratio/high_mean'], 1 / 8);
  assert.equal(metrics['clip_ratio/low_mean'], 1 / 8);
  const atEdge = { tokenLoss: 'clipped', clip: { ...clip, high: Math.E - 1 } } as const;
  assert.equal(clipMetrics([update([{ advantage: 1, logRatios: [UP] }])], atEdge)['clip_ratio/high_mean'], 0);
});

test('a masked row counts nowhere', () => {
  const kept = { advantage: 1, logRatios: [UP, 0] };
  const masked = { advantage: 1, logRatios: [UP, UP, UP], weight: 0, entropy: 9, fromReference: [3, 3, 3] };
  const metrics = updateMetrics([update([kept, { ...masked, skipped: true }])], clipped);
  assert.equal(metrics['clip_ratio/high_mean'], 1 / 2);
  assert.deepEqual(metrics, updateMetrics([update([kept, masked])], clipped));
  assert.equal(metrics['completions/learned_from_frac'], 1 / 2);
});

test('all updates of the step count, by their tokens', () => {
  const first = update([{ advantage: 1, logRatios: [0, 0, 0] }]);
  const second = update([{ advantage: 1, logRatios: [UP] }]);
  const metrics = clipMetrics([first, second], clipped);
  assert.equal(metrics['clip_ratio/high_mean'], 1 / 4);
  assert.equal(metrics['clip_ratio/high_max'], 1);
});

test('GSPO has one ratio per sequence', () => {
  const gspo = { tokenLoss: 'gspo', clip: { ...clip, low: 3e-4, high: 4e-4 } } as const;
  const outcome = update([
    { advantage: 1, logRatios: [UP, DOWN] },
    { advantage: 1, logRatios: [UP, DOWN, UP] },
    { advantage: 0, logRatios: [0, 0, 0, 0], skipped: true },
  ]);
  const metrics = clipMetrics([outcome], gspo);
  assert.equal(metrics['clip_ratio/high_mean'], 1 / 3);
  assert.equal(metrics['clip_ratio/high_max'], 1);
  // The mean over tokens: exp(0.25) stays within 1.4, exp(0.5) would not.
  const wide = { tokenLoss: 'gspo', clip: { ...clip, high: 0.4 } } as const;
  assert.equal(clipMetrics([update([{ advantage: 1, logRatios: [0.25, 0.25] }])], wide)['clip_ratio/high_mean'], 0);
});

test('CISPO has the share above its cap, SAPO clips nothing', () => {
  const outcome = update([
    { advantage: 1, logRatios: [Math.log(6), UP] },
    { advantage: -1, logRatios: [Math.log(6), DOWN] },
  ]);
  assertMetrics(clipMetrics([outcome], { tokenLoss: 'cispo', clip }), { cispo_clip_ratio: 1 / 4 });
  assert.deepEqual(clipMetrics([outcome], { tokenLoss: 'sapo', clip }), {});
});

test('kl is the k3 estimate, over tokens with a reference, and 0 on the reference', () => {
  const k3 = (d: number): number => Math.exp(-d) + d - 1;
  const away = update([
    { advantage: 1, logRatios: [0, 0], fromReference: [1, -1] },
    { advantage: -1, logRatios: [0], fromReference: [0.5] },
  ]);
  const { kl } = updateMetrics([away], clipped);
  assert.ok(Math.abs((kl ?? NaN) - (k3(1) + k3(-1) + k3(0.5)) / 3) < 1e-9);
  const same = update([{ advantage: 1, logRatios: [0, 0], fromReference: [0, 0] }]);
  assert.equal(updateMetrics([same], clipped)['kl'], 0);
  assert.equal('kl' in updateMetrics([update([{ advantage: 1, logRatios: [0] }])], clipped), false);
});

test('kl stays finite however far the policies are apart', () => {
  const far = update([{ advantage: 1, logRatios: [0], fromReference: [-400] }]);
  assert.equal(updateMetrics([far], clipped)['kl'], Math.exp(20) - 21);
});

test('loss and gradient norm are means over updates, entropy over tokens', () => {
  const first = update([{ advantage: 1, logRatios: [0, 0, 0], entropy: 1 }], 2, 8);
  const second = update([{ advantage: 1, logRatios: [0], entropy: 3 }], -1, 4);
  assertMetrics(lossMetrics([first, second]), { loss: 0.5, grad_norm: 6, grad_norm_max: 8, entropy: 1.5 });
});

test('a step in which no row has a loss term has a loss and clip ratios, and no entropy', () => {
  const outcome = update([{ advantage: 0, logRatios: [0, 0], skipped: true }]);
  assertMetrics(updateMetrics([outcome], clipped), {
    loss: 0,
    grad_norm: 0,
    'completions/learned_from_frac': 0,
    'clip_ratio/low_mean': 0,
    'clip_ratio/low_min': 0,
    'clip_ratio/high_mean': 0,
    'clip_ratio/high_max': 0,
    'clip_ratio/region_mean': 0,
  });
  assert.deepEqual(updateMetrics([], clipped), {});
});

test('refuses a reply that does not fit the rows', () => {
  const outcome = update([{ advantage: 1, logRatios: [0, 0] }]);
  const short = { ...outcome, reply: { ...outcome.reply, logprobs: [Float32Array.of(-1)] } };
  assert.throws(() => updateMetrics([short], clipped), /does not fit row 0/);
});
