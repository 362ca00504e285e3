import assert from 'node:assert/strict';
import { test } from 'node:test';
import { experimentSchema, type Experiment, type ExperimentInput } from '../protocol/experiment.ts';
import { accuracyWords, curveWords } from './curveWords.ts';
import type { Curve } from './curveShape.ts';

function curve(mean: readonly number[], stepsPerPoint = 1): Curve {
  const steps = mean.map((_, index) => 1 + index * stepsPerPoint);
  return { stepsPerPoint, lastStep: mean.length * stepsPerPoint, steps, min: mean, max: mean, mean };
}

function experiment(changes: Partial<ExperimentInput> = {}): Experiment {
  return experimentSchema.parse({
    model: 'm',
    dataset: { source: 'd.jsonl' },
    rewards: [{ function: 'gsm8k' }],
    ...changes,
  });
}

function words(metric: string, curves: Readonly<Record<string, Curve>>, of = experiment()) {
  const found = curveWords(metric, (name) => curves[name] ?? null, of);
  assert.ok(found !== null);
  return found;
}

const summary = (metric: string, mean: readonly number[], stepsPerPoint = 1): string =>
  words(metric, { [metric]: curve(mean, stepsPerPoint) }).summary;
const remark = (metric: string, curves: Readonly<Record<string, Curve>>, of?: Experiment): string | null =>
  words(metric, curves, of).remark;

test('a curve that rises, falls, or does neither', () => {
  assert.equal(
    summary('reward', [0.25, 0.5, 0.75, 0.7]),
    'Reward rose from 0.250 to 0.700 over 4 steps; highest 0.750 at step 3.',
  );
  assert.equal(
    summary('kl', [2, 1, 0.5]),
    'KL to reference fell from 2.00 to 0.500 over 3 steps; lowest 0.500 at step 3.',
  );
  assert.equal(
    summary('entropy', [1, 2, 0.5, 1]),
    'Entropy stayed near 1.00 over 4 steps; lowest 0.500 at step 3, highest 2.00 at step 2.',
  );
  assert.equal(summary('learning_rate', [1e-5, 1e-5]), 'Learning rate stayed at 1.0e-5 over 2 steps.');
  assert.equal(summary('frac_reward_zero_std', [0.5]), 'Dead groups: 50.0 % at step 1.');
  assert.equal(summary('curriculum/put_aside_frac', [0.5]), 'Problems put aside: 50.0 % at step 1.');
  assert.equal(summary('curriculum/screen_pass', [0.25]), 'Solved when screened: 25.0 % at step 1.');
  assert.equal(summary('server/prompt_tokens', [40]), 'Tokens of prompts: 40.0 tokens at step 1.');
  assert.equal(summary('server/cost', [0.25]), 'Cost at the prices given: 0.250 at step 1.');
  assert.equal(summary('curriculum/screen_tokens', [40]), 'Tokens of problems put aside: 40.0 tokens at step 1.');
});

test('one noisy step at an end is not the end', () => {
  const noisy = [...Array.from({ length: 50 }, () => 0.2), ...Array.from({ length: 49 }, () => 0.8), 0];
  assert.match(
    summary('reward', noisy),
    /^Reward rose from 0\.200 to 0\.720 over 100 steps; highest 0\.800 at step 51\.$/,
  );
});

test('a step out of many is known roughly', () => {
  assert.match(summary('reward', [0, 1], 1000), /over 2,000 steps; highest 1\.00 near step 1,001\.$/);
});

test('a curve without a point has no words', () => {
  assert.equal(
    curveWords('reward', () => null, experiment()),
    null,
  );
  assert.equal(
    curveWords('reward', () => curve([]), experiment()),
    null,
  );
});

test('a loss is said to be what it is under each setting', () => {
  const loss = { loss: curve([0.1, 0, -0.1]) };
  const of = (algorithm: ExperimentInput['algorithm'], training: ExperimentInput['training'] = {}): string =>
    remark('loss', loss, experiment({ algorithm, training })) ?? '';
  assert.match(of({ aggregation: 'grpo' }), /near 0 by construction/);
  assert.match(of({ aggregation: 'dapo' }), /minus the advantages, weighted by length/);
  for (const other of [
    of({ aggregation: 'grpo', beta: 0.1 }),
    of({ aggregation: 'grpo', maskTruncated: true }),
    of({ aggregation: 'grpo', tokenLoss: 'cispo' }),
    of({ aggregation: 'grpo' }, { iterations: 2 }),
    of({ aggregation: 'dapo' }, { miniBatches: 2 }),
  ])
    assert.match(other, /does not measure progress/);
  assert.equal(remark('loss', loss, experiment({ method: 'sft' })), null, 'a likelihood is what it seems');
});

test('dead groups, from half of them on, and of which kind', () => {
  const dead = (share: number, wrong: number, right: number): string | null =>
    remark('frac_reward_zero_std', {
      frac_reward_zero_std: curve([0, share]),
      'groups/all_wrong_frac': curve([0, wrong]),
      'groups/all_correct_frac': curve([0, right]),
    });
  assert.equal(dead(0.5, 0.5, 0), null);
  assert.match(dead(0.75, 0.7, 0.05) ?? '', /^75\.0 % of the groups are dead.*all wrong/);
  assert.match(dead(0.75, 0.05, 0.7) ?? '', /all right/);
  assert.match(dead(0.75, 0.2, 0.1) ?? '', /learned from them\.$/);
});

test('what screening put aside is not held against the policy', () => {
  const dead = (aside: number): string | null =>
    remark('frac_reward_zero_std', {
      frac_reward_zero_std: curve([0.67]),
      'groups/all_wrong_frac': curve([0.6]),
      'groups/all_correct_frac': curve([0.05]),
      'curriculum/put_aside_frac': curve([aside]),
    });
  assert.equal(dead(0.6), null, 'of all that was drawn 27 % are dead');
  assert.match(dead(0.1) ?? '', /^60\.3 % of all groups, those put aside among them, are dead.*all wrong/);
  const thrownAway = remark('groups/discarded_tokens_frac', {
    'groups/discarded_tokens_frac': curve([0.7]),
    'groups/generated_tokens': curve([1000]),
    'curriculum/screen_tokens': curve([300]),
  });
  assert.equal(thrownAway, null, 'dynamic sampling threw 40 % away');
});

test('completions that are cut off', () => {
  const cut = (share: number): string | null =>
    remark('completions/mean_length', {
      'completions/mean_length': curve([100]),
      'completions/clipped_ratio': curve([share]),
    });
  assert.equal(cut(0.1), null);
  assert.match(
    cut(0.4) ?? '',
    /^40\.0 % of the completions are cut off at rollout\.maxCompletionLength \(256 tokens\)/,
  );
});

test('entropy that has collapsed', () => {
  const fell = (...mean: number[]): string | null => remark('entropy', { entropy: curve(mean) });
  assert.equal(fell(2, 1, 0.5), null);
  assert.match(fell(2, 1, 0.05) ?? '', /fallen from 2\.00 to 0\.050:/);
  assert.match(fell(0.1, 0.01) ?? '', /hardly differ/);
});

test('a gradient that is always cut, and a ratio that cannot be clipped', () => {
  const grown = (...mean: number[]): string | null => remark('grad_norm', { grad_norm: curve(mean) });
  assert.match(grown(2, 3, 4) ?? '', /optimizer\.maxGradNorm \(1\.00\)/);
  assert.equal(grown(0.1, 0.2, 4), null);
  const ratio = { 'clip_ratio/region_mean': curve([0]) };
  assert.match(remark('clip_ratio/region_mean', ratio) ?? '', /0 by construction/);
  assert.equal(remark('clip_ratio/region_mean', ratio, experiment({ training: { iterations: 2 } })), null);
});

test('rewards that fail', () => {
  const failing = (rate: number): string | null =>
    remark('reward', { reward: curve([1]), 'reward/error_rate': curve([rate]) });
  assert.equal(failing(0), null);
  assert.match(failing(0.25) ?? '', /^25\.0 % of the reward function calls fail/);
});

test('what the held-out accuracy did', () => {
  const at = (step: number, value: number, split: 'validation' | 'test' = 'validation') => ({
    ...{ step, split, problems: 100, samples: 1, correct: 100 * value },
    accuracy: { value, low: value - 0.1, high: value + 0.1 },
  });
  assert.equal(accuracyWords([]), null);
  assert.equal(accuracyWords([at(9, 0.5, 'test')]), null);
  assert.match(
    accuracyWords([at(0, 0.25)])?.summary ?? '',
    /^Held-out accuracy is 25\.0 % \(95 % interval 15\.0 % to 35\.0 %\) at step 0, on 100 problems\.$/,
  );
  assert.match(
    accuracyWords([at(0, 0.25), at(20, 0.8), at(40, 0.75)])?.summary ?? '',
    /^Held-out accuracy went from 25\.0 % .* at step 0 to 75\.0 % .* at step 40, on 100 problems; highest 80\.0 % at step 20\.$/,
  );
});

test('rewards of a run that puts solved problems aside are of the rest', () => {
  const reward = curve([0.4, 0.5]);
  assert.equal(remark('reward', { reward }), null);
  const said = remark('reward', { reward, 'curriculum/screen_pass': curve([0.5, 0.75]) }) ?? '';
  assert.match(said, /without problems that were put aside.* 75\.0 % of the first completions are solved/);
});
