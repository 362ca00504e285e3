import assert from 'node:assert/strict';
import { test } from 'node:test';
import { samplingMetrics } from './samplingMetrics.ts';

/** Ratios 1, e, 1/e and 1: exact differences in float32. */
const rows = [
  { trainingLogprobs: Float32Array.of(-2, -2), rolloutLogprobs: Float32Array.of(-2, -3) },
  { trainingLogprobs: Float32Array.of(-2, -1), rolloutLogprobs: Float32Array.of(-1, -1) },
];
const correction = { mode: 'truncate', cap: 2, low: 0.5, high: 5 } as const;

function near(actual: number | undefined, expected: number): void {
  assert.ok(Math.abs((actual ?? NaN) - expected) < 1e-6, `${actual} is not ${expected}`);
}

test('differences are absolute, ratios raw where nothing is corrected', () => {
  const metrics = samplingMetrics(rows, false);
  near(metrics['sampling/sampling_logp_difference/mean'], 0.5);
  near(metrics['sampling/sampling_logp_difference/max'], 1);
  near(metrics['sampling/importance_sampling_ratio/min'], 1 / Math.E);
  near(metrics['sampling/importance_sampling_ratio/mean'], (2 + Math.E + 1 / Math.E) / 4);
  near(metrics['sampling/importance_sampling_ratio/max'], Math.E);
});

test('ratios as they multiply the loss where something is', () => {
  const truncated = samplingMetrics(rows, correction);
  near(truncated['sampling/importance_sampling_ratio/max'], 2);
  near(truncated['sampling/importance_sampling_ratio/cut_frac'], 1 / 4);
  const masked = samplingMetrics(rows, { ...correction, mode: 'mask' });
  near(masked['sampling/importance_sampling_ratio/min'], 0);
  near(masked['sampling/importance_sampling_ratio/max'], Math.E);
  near(masked['sampling/importance_sampling_ratio/cut_frac'], 1 / 4);
});

test('no rows, no metrics', () => {
  assert.deepEqual(samplingMetrics([], correction), {});
});
