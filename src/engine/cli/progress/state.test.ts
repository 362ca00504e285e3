import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EngineEvent } from '../../protocol/events.ts';
import { advance, initialState, secondsLeft, secondsPerStep, tokensPerSecond, type ProgressState } from './state.ts';

function fold(events: readonly (readonly [now: number, event: EngineEvent])[]): ProgressState {
  return events.reduce((state, [now, event]) => advance(state, event, now), initialState);
}

const started = { event: 'started', runDir: '/runs/r', id: 'r', steps: 10 } as const;
const phase = (step: number, name: 'load' | 'rollout' | 'eval'): EngineEvent => ({
  event: 'phase',
  step,
  phase: name,
  done: 0,
  total: 4,
});
const step = (number: number, metrics: Readonly<Record<string, number>> = { reward: number / 10 }): EngineEvent => ({
  event: 'step',
  step: number,
  metrics,
});

test('the pace counts neither loading nor the evaluation before the first step', () => {
  const state = fold([
    [0, phase(0, 'load')],
    [50_000, started],
    [50_000, phase(0, 'eval')],
    [90_000, phase(1, 'rollout')],
    [92_000, step(1)],
    [92_000, phase(2, 'rollout')],
    [94_000, step(2)],
  ]);
  assert.equal(secondsPerStep(state), 2);
  assert.equal(secondsLeft(state, 94_000), 16);
  assert.equal(secondsLeft(state, 95_000), 15, 'it counts down within a step');
  assert.equal(secondsLeft(state, 999_000), 14, 'a slow step does not bring the end nearer than its own share');
});

test('the pace is that of the newest steps', () => {
  const slow = Array.from({ length: 60 }, (_, index) => [10_000 * (index + 1), step(index + 1)] as const);
  const fast = Array.from({ length: 50 }, (_, index) => [600_000 + 1000 * (index + 1), step(index + 61)] as const);
  assert.equal(secondsPerStep(fold([[0, { ...started, steps: 200 }], [0, phase(1, 'rollout')], ...slow, ...fast])), 1);
});

test('there is no pace before the first step is done', () => {
  const state = fold([
    [0, started],
    [0, phase(1, 'rollout')],
  ]);
  assert.equal(secondsPerStep(state), null);
  assert.equal(secondsLeft(state, 5000), null);
});

test('a resumed run goes on from its step', () => {
  const state = fold([
    [0, { ...started, resumedFrom: 8 }],
    [0, phase(9, 'rollout')],
    [3000, step(9)],
  ]);
  assert.equal(state.step, 9);
  assert.equal(secondsLeft(state, 3000), 3);
});

test('the curve is the reward, or the loss where nothing is rewarded', () => {
  assert.deepEqual(
    fold([
      [0, step(1)],
      [1, step(2, { loss: 3 })],
      [2, step(3)],
    ]).curve,
    { name: 'reward', values: [0.1, 0.3] },
  );
  assert.deepEqual(
    fold([
      [0, step(1, { loss: 3 })],
      [1, step(2, { loss: 2 })],
    ]).curve,
    { name: 'loss', values: [3, 2] },
  );
});

test('the rate is the median of the newest steps, of sampling or else of training', () => {
  const rates = (metrics: readonly Readonly<Record<string, number>>[]): number | null =>
    tokensPerSecond(fold(metrics.map((of, index) => [index, step(index + 1, of)] as const)));
  assert.equal(rates([]), null);
  assert.equal(
    rates(
      [10, 990, 20].map((rate) => ({ 'throughput/rollout_tokens_per_s': rate, 'throughput/train_tokens_per_s': 5 })),
    ),
    20,
  );
  assert.equal(rates([{ 'throughput/train_tokens_per_s': 5 }]), 5);
});

test('the first evaluation is kept beside the last', () => {
  const evaluation = (at: number): EngineEvent => ({
    event: 'eval',
    step: at,
    split: 'validation',
    problems: 4,
    samples: 1,
    correct: 1,
    accuracy: { value: 0.25, low: 0, high: 0.5 },
  });
  const state = fold([
    [0, evaluation(0)],
    [1, evaluation(5)],
    [2, evaluation(10)],
  ]);
  assert.equal(state.firstEvaluation?.step, 0);
  assert.equal(state.lastEvaluation?.step, 10);
});
