import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chartSpecs, metricsOf } from '../../../src/webview/dashboard/chartSpecs.ts';

const GRPO = [
  ...['reward', 'reward_std', 'groups/reward_std', 'rewards/correct/mean', 'rewards/format/mean', 'loss', 'kl'],
  ...['frac_reward_zero_std', 'groups/all_wrong_frac', 'groups/all_correct_frac', 'num_tokens', 'step_time'],
  ...['completions/mean_length', 'completions/min_length', 'completions/max_length', 'completions/clipped_ratio'],
  ...['time/train_s', 'throughput/rollout_tokens_per_s', 'eval/accuracy', 'eval/accuracy_low', 'eval/accuracy_high'],
  ...['memory/peak_bytes', 'something/of/mine'],
];

test('the four that say whether it learns', () => {
  const { first } = chartSpecs(GRPO, { method: 'grpo', rewards: ['correct', 'format'] });
  assert.deepEqual(
    first.map(({ title }) => title),
    ['Reward', 'Held-out accuracy', 'Dead groups', 'Completion length'],
  );
  const [reward] = first;
  assert.ok(reward);
  assert.deepEqual(
    reward.curves.map(({ label, main }) => [label, main]),
    [
      ['Reward', true],
      ['correct', false],
      ['format', false],
    ],
  );
  assert.ok(metricsOf(reward).includes('groups/reward_std'), 'the band is the spread within groups');
});

test('one reward function is not drawn twice', () => {
  const { first } = chartSpecs(GRPO, { method: 'grpo', rewards: ['correct'] });
  assert.equal(first[0]?.curves.length, 1);
});

test('a run of before the spread within groups shows that of the batch, and says so', () => {
  const before = GRPO.filter((metric) => metric !== 'groups/reward_std');
  const [reward] = chartSpecs(before, { method: 'grpo', rewards: ['correct'] }).first;
  assert.ok(reward?.band?.kind === 'spread');
  assert.equal(reward.band.spread, 'reward_std');
  assert.match(reward.band.label, /batch/);
});

test('everything else is under More, each metric once, what is not known by its name', () => {
  const { first, more } = chartSpecs(GRPO, { method: 'grpo', rewards: ['correct', 'format'] });
  assert.deepEqual(
    more.map(({ title }) => title),
    [
      ...['KL to reference', 'Loss', 'Tokens per second', 'Time of a step'],
      ...['memory/peak_bytes', 'something/of/mine'],
    ],
  );
  const drawn = [...first, ...more].flatMap(metricsOf);
  assert.equal(new Set(drawn).size, drawn.length);
  const left = GRPO.filter((metric) => !drawn.includes(metric));
  assert.deepEqual(left, ['reward_std', 'num_tokens', 'eval/accuracy', 'eval/accuracy_low', 'eval/accuracy_high']);
});

test('several tasks have a chart for each metric, with a curve for each; that of their accuracy is among the first', () => {
  const ofTask = (task: string): string[] =>
    ['reward', 'solved', 'eval/accuracy', 'eval/accuracy_low', 'eval/accuracy_high'].map(
      (name) => `tasks/${task}/${name}`,
    );
  const metrics = [...GRPO, ...ofTask('gsm8k'), ...ofTask('svamp')];
  const { first, more } = chartSpecs(metrics, { method: 'grpo', rewards: ['correct', 'format'] });
  const accuracy = first[4];
  assert.deepEqual(
    [accuracy?.title, accuracy?.unit, accuracy?.curves.map(({ label }) => label)],
    ['Held-out accuracy by task', 'share', ['gsm8k', 'svamp']],
  );
  assert.deepEqual(
    more.slice(0, 2).map(({ title, curves }) => [title, curves.map(({ metric }) => metric)]),
    [
      ['Reward by task', ['tasks/gsm8k/reward', 'tasks/svamp/reward']],
      ['Solved by task', ['tasks/gsm8k/solved', 'tasks/svamp/solved']],
    ],
  );
  assert.equal(chartSpecs(GRPO, { method: 'grpo', rewards: ['correct'] }).first.length, 4);
});

test('a run that has recorded nothing yet shows what it will', () => {
  const { first, more } = chartSpecs([], { method: 'grpo', rewards: ['correct'] });
  assert.equal(first.length, 4);
  assert.deepEqual(more, []);
});

test('supervised training has other curves', () => {
  const titles = (rewards: readonly string[]): string[] =>
    chartSpecs(['loss', 'entropy', 'grad_norm'], { method: 'sft', rewards }).first.map(({ title }) => title);
  assert.deepEqual(titles(['correct']), ['Loss', 'Held-out accuracy', 'Entropy', 'Learning rate']);
  assert.deepEqual(titles([]), ['Loss', 'Gradient norm', 'Entropy', 'Learning rate'], 'nothing to be accurate about');
});
