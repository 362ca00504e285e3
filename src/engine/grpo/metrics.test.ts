import assert from 'node:assert/strict';
import { test } from 'node:test';
import { experimentSchema } from '../protocol/experiment.ts';
import { stepMetrics, type StepOutcome } from './metrics.ts';

const { algorithm } = experimentSchema.parse({ model: 'm', dataset: { source: 'd' } });

const outcome: StepOutcome = {
  rollout: {
    scored: [
      {
        completion: {
          key: { step: 1, problem: 0, occurrence: 0, round: 0, sample: 0 },
          tokens: Int32Array.of(1, 2),
          logprobs: Float32Array.of(-1, -1),
          sampledLogprobs: Float32Array.of(-1, -1),
          entropies: Float32Array.of(1, 1),
          tokenEnds: Int32Array.of(0, 1),
          text: 'x',
          stopReason: 'eos',
        },
        rewards: { exact: { value: 1 } },
        reward: 1,
      },
    ],
    groupSize: 1,
    rewardNames: ['exact'],
    tasks: [{ rewards: ['exact'], solvedBy: 'exact' }],
  },
  updates: [
    {
      rows: [
        {
          key: { step: 1, problem: 0, occurrence: 0, round: 0, sample: 0 },
          prompt: Int32Array.of(7),
          tokens: Int32Array.of(1, 2),
          advantage: 1,
          oldLogprobs: Float32Array.of(-1, -1),
          referenceLogprobs: Float32Array.of(-1, -1),
          rolloutLogprobs: null,
          weights: Float32Array.of(0.5, 0.5),
        },
      ],
      trained: [0],
      reply: {
        loss: -1,
        gradNorm: 2,
        logprobs: [Float32Array.of(-1, -1)],
        entropies: [Float32Array.of(0.5, 1.5)],
      },
    },
  ],
  sampling: [{ trainingLogprobs: Float32Array.of(-1, -1), rolloutLogprobs: Float32Array.of(-1, -1) }],
  algorithm,
  learningRate: 1e-3,
  epoch: 0.25,
  numTokens: 3,
};

test("one step has every metric of TRL's that mathematics decides, and ours beside them", () => {
  const metrics = stepMetrics(outcome);
  assert.deepEqual(Object.keys(metrics).sort(), [
    'clip_ratio/high_max',
    'clip_ratio/high_mean',
    'clip_ratio/low_mean',
    'clip_ratio/low_min',
    'clip_ratio/region_mean',
    'completions/clipped_ratio',
    'completions/duplicate_frac',
    'completions/learned_from_frac',
    'completions/max_length',
    'completions/max_terminated_length',
    'completions/mean_length',
    'completions/mean_terminated_length',
    'completions/min_length',
    'completions/min_terminated_length',
    'entropy',
    'epoch',
    'frac_reward_zero_std',
    'grad_norm',
    'groups/all_correct_frac',
    'groups/all_wrong_frac',
    'kl',
    'learning_rate',
    'loss',
    'num_tokens',
    'reward',
    'reward/error_rate',
    'reward/timeout_rate',
    'reward_std',
    'rewards/exact/mean',
    'rewards/exact/std',
    'sampling/importance_sampling_ratio/max',
    'sampling/importance_sampling_ratio/mean',
    'sampling/importance_sampling_ratio/min',
    'sampling/sampling_logp_difference/max',
    'sampling/sampling_logp_difference/mean',
  ]);
  assert.equal(metrics['entropy'], 1);
  assert.equal(metrics['learning_rate'], 1e-3);
});

test('a value that is not finite does not enter the run', () => {
  assert.throws(() => stepMetrics({ ...outcome, learningRate: NaN }), /metric learning_rate is NaN/);
});
