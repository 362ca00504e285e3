/** What the metrics of a run are called on the screen, and what they are counted in. */
import { measure, percent } from './format.ts';
import { taskMetric } from './taskMetrics.ts';

const NAMES: Readonly<Record<string, string>> = {
  reward: 'Reward',
  reward_std: 'Reward spread, whole batch',
  'groups/reward_std': 'Reward spread within groups',
  frac_reward_zero_std: 'Dead groups',
  'groups/all_wrong_frac': 'All wrong',
  'groups/all_correct_frac': 'All correct',
  'groups/discarded_tokens': 'Tokens thrown away',
  'groups/discarded_tokens_frac': 'Tokens thrown away, share',
  'groups/generated_tokens': 'Tokens generated for the batch',
  'curriculum/screened': 'Problems screened',
  'curriculum/put_aside_frac': 'Problems put aside',
  'curriculum/screen_tokens': 'Tokens of problems put aside',
  'curriculum/screen_pass': 'Solved when screened',
  'eval/accuracy': 'Held-out accuracy',
  'eval/lenient': 'Held-out accuracy, lenient',
  solved: 'Solved',
  problems: 'Problems',
  'completions/mean_length': 'Completion length',
  'completions/clipped_ratio': 'Truncated completions',
  'completions/duplicate_frac': 'Repeated completions',
  'completions/learned_from_frac': 'Completions learned from',
  loss: 'Loss',
  kl: 'KL to reference',
  entropy: 'Entropy',
  grad_norm: 'Gradient norm',
  grad_norm_max: 'Gradient norm, largest of the step',
  'guards/stop': 'Stopped by a guard',
  learning_rate: 'Learning rate',
  epoch: 'Epoch',
  num_tokens: 'Tokens',
  step_time: 'Step time',
  'time/cpu_s': 'Processor time',
  'memory/peak_gib': 'Memory at most, GiB',
  'throughput/rollout_tokens_per_s': 'Sampling speed',
  'throughput/train_tokens_per_s': 'Training speed',
  'reward/error_rate': 'Failed reward calls',
  'reward/timeout_rate': 'Timed out reward calls',
  'server/prompt_tokens': 'Tokens of prompts',
  'server/completion_tokens': 'Tokens of completions',
  'server/cost': 'Cost at the prices given',
};

/** `Reward` of `reward`, `Reward, svamp` of `tasks/svamp/reward`; a metric that is not known is called by its own name. */
export function metricName(metric: string): string {
  const own = taskMetric(metric);
  if (own === null) return NAMES[metric] ?? metric;
  const name = NAMES[own.metric];
  return name === undefined ? metric : `${name}, ${own.task}`;
}

export type MetricUnit = 'share' | 'seconds' | 'tokens' | 'tokensPerSecond' | 'plain';

/** What a metric is counted in, by its name; a share is from 0 to 1. */
export function metricUnit(metric: string): MetricUnit {
  const name = (taskMetric(metric)?.metric ?? metric).replace(/^eval_/, '');
  if (
    /^(frac_reward_zero_std|clip_ratio\/.*|cispo_clip_ratio|completions\/(clipped_ratio|duplicate_frac|learned_from_frac)|(groups|curriculum)\/.*_frac)$/.test(
      name,
    )
  )
    return 'share';
  if (
    /^(solved|curriculum\/(screen|profile)_pass|reward\/(error|timeout)_rate|eval\/(accuracy(_low|_high)?|lenient|(pass|maj)@\d+))$/.test(
      name,
    )
  )
    return 'share';
  if (name === 'step_time' || /^time\/.*_s$/.test(name)) return 'seconds';
  if (name === 'num_tokens' || /^(completions\/.*_length|(groups|curriculum|server)\/.*_tokens)$/.test(name))
    return 'tokens';
  if (/^throughput\/.*_tokens_per_s$/.test(name)) return 'tokensPerSecond';
  return 'plain';
}

/** A value of a metric with its unit. */
export function metricValue(metric: string, value: number): string {
  switch (metricUnit(metric)) {
    case 'share':
      return percent(value);
    case 'seconds':
      return `${measure(value)} s`;
    case 'tokens':
      return `${measure(value)} tokens`;
    case 'tokensPerSecond':
      return `${measure(value)} tokens/s`;
    case 'plain':
      return measure(value);
  }
}
