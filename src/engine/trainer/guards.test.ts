import assert from 'node:assert/strict';
import { test } from 'node:test';
import { guardsSchema } from '../protocol/guards.ts';
import type { Metrics } from '../protocol/metrics.ts';
import { Guards } from './guards.ts';

type Config = Parameters<typeof guardsSchema.parse>[0];

/** After each step what is said: `w` a warning, `s` a stop, `.` nothing. */
function saidAfter(config: Config, steps: readonly Metrics[], method: 'grpo' | 'sft' = 'grpo'): string {
  const guards = new Guards({ guards: guardsSchema.parse(config), method });
  return steps
    .map((metrics, index) => guards.add(metrics, index === steps.length - 1))
    .map(({ warnings, stop }) => (stop !== null ? 's' : warnings.length > 0 ? 'w' : '.'))
    .join('');
}

function norms(...values: readonly number[]): Metrics[] {
  return values.map((value) => ({ grad_norm: value, entropy: 1, 'completions/learned_from_frac': 1 }));
}

/** Of steps, the share of completions that each learned from. */
function learned(...shares: readonly number[]): Metrics[] {
  return shares.map((share) => ({ grad_norm: 1, entropy: 1, 'completions/learned_from_frac': share }));
}

test('several dead steps in a row are said once', () => {
  assert.equal(saidAfter({}, learned(1, 0, 0, 0, 0, 0, 0, 1, 0)), '.....w...');
});

test('a short run that learned nothing at all says so at its end', () => {
  assert.equal(saidAfter({}, learned(0, 0)), '.w');
  assert.equal(saidAfter({}, learned(1, 0)), '..');
  assert.equal(saidAfter({}, [{}, {}]), '.w');
});

test('dead steps that stop the run do so each time that so many were in a row, but not after the last', () => {
  const stop = { deadSteps: { inARow: 2, action: 'stop' } };
  assert.equal(saidAfter(stop, learned(1, 0, 0, 0, 0, 1, 0, 1)), '..s.s...');
  assert.equal(saidAfter(stop, learned(1, 0, 0)), '..w');
});

test('gradient norm and divergence are watched only where a bound is given', () => {
  assert.equal(saidAfter({}, norms(1e9, 1e9)), '..');
  assert.equal(saidAfter({ gradNorm: { above: 10 } }, norms(1, 11, 12, 10, 11)), '.w..w');
  assert.equal(saidAfter({ gradNorm: { above: 10, action: 'stop' } }, norms(1, 11, 12, 10, 1)), '.ss..');
  const kl = (value: number): Metrics => ({ ...learned(1)[0], kl: value });
  assert.equal(saidAfter({ kl: { above: 0.1, inARow: 2 } }, [kl(0.2), kl(0.2), kl(0), kl(0.2)]), '.w..');
});

test('low entropy is said once, over dead steps that have none', () => {
  const low = { ...learned(1)[0], entropy: 0.01 };
  const dead = { grad_norm: 0 };
  assert.equal(saidAfter({}, [low, low, low, dead, low, low, low]), '.....w.');
  assert.equal(saidAfter({}, [low, low, low, { ...low, entropy: 0.02 }, low, low]), '......');
});

test('what is said names step, value, bound and setting', () => {
  const guards = new Guards({
    guards: guardsSchema.parse({ gradNorm: { above: 10, action: 'stop' } }),
    method: 'grpo',
  });
  const { stop } = guards.add({ grad_norm: 53.125, entropy: 1 }, false);
  assert.match(
    stop ?? '',
    /^The gradient norm is 53\.\d+, above 10: .*optimizer\.learningRate.*\(guards\.gradNorm\)\.$/,
  );
});

test('of several optimiser steps the largest gradient counts', () => {
  const step = { ...learned(1)[0], grad_norm: 6, grad_norm_max: 11 };
  assert.equal(saidAfter({ gradNorm: { above: 10 } }, [step, { ...step, grad_norm_max: 9 }]), 'w.');
});

test('why nothing was learned: all scored alike, or what differed was cut off', () => {
  const said = (share: number): string => {
    const guards = new Guards({ guards: guardsSchema.parse({ deadSteps: { inARow: 1 } }), method: 'grpo' });
    const { warnings } = guards.add({ 'completions/learned_from_frac': 0, frac_reward_zero_std: share }, false);
    return warnings.join();
  };
  assert.match(said(1), /^Nothing was learned in the last step: the completions of every group scored alike\./);
  assert.match(said(0.5), /^Nothing was learned in the last step: .* were cut off at rollout\.maxCompletionLength/);
});

test('learning by heart is no collapse', () => {
  const learnt = { grad_norm: 20, entropy: 0 };
  assert.equal(saidAfter({}, Array<Metrics>(6).fill(learnt), 'sft'), '......');
  assert.equal(saidAfter({ gradNorm: { above: 10 } }, [learnt, learnt], 'sft'), 'w.');
});
