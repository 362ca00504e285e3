/** What to know when looking at a curve: that it means less than it seems to, or that something is wrong. */
import type { Experiment } from '../protocol/experiment.ts';
import { rewardName } from '../protocol/experimentChecks.ts';
import { isScheduled } from '../protocol/rewardWeights.ts';
import { count, measure, percent } from '../words/format.ts';
import { mostlyDiscarded } from './cost/discarded.ts';
import { headMean, tailMean, type Curve } from './curveShape.ts';

type Remark = (curve: Curve, experiment: Experiment, curves: (metric: string) => Curve | null) => string | null;

/** What there is to say about a curve now, in a sentence or two; null where there is nothing. */
export function remarkOn(
  metric: string,
  curves: (metric: string) => Curve | null,
  experiment: Experiment,
): string | null {
  const curve = curves(metric);
  const remark = REMARKS[metric];
  return curve === null || remark === undefined ? null : remark(curve, experiment, curves);
}

/** Shares of groups, completions or verdicts from which on something is wrong rather than unlucky. */
const MANY_DEAD = 0.5;
const MANY_TRUNCATED = 0.2;
const MANY_ERRORS = 0.01;
/** Nats: next to nothing is left to choose between. */
const NO_ENTROPY = 0.02;
/** Part of the first entropy that a policy still learning rarely falls below. */
const LITTLE_ENTROPY = 0.05;

const REMARKS: Readonly<Record<string, Remark>> = {
  loss: (_, experiment) => (experiment.method === 'sft' ? null : lossRemark(experiment)),

  reward: (_curve, { rewards }, curves) => {
    const errors = curves('reward/error_rate');
    const rate = errors === null ? 0 : tailMean(errors);
    if (rate < MANY_ERRORS) return scheduleRemark(rewards) ?? screeningRemark(curves('curriculum/screen_pass'));
    return `${percent(rate)} of the reward function calls fail; such completions have no reward, which is not a 0. The warnings say why.`;
  },

  frac_reward_zero_std: (curve, _, curves) => {
    // These are shares of the groups that screening left; what it puts aside, a good policy's, would count against the policy.
    const left = 1 - valueAtEnd(curves('curriculum/put_aside_frac'));
    const dead = left * tailMean(curve);
    if (dead <= MANY_DEAD) return null;
    const all = left < 1 ? 'all groups, those put aside among them,' : 'the groups';
    const said = `${percent(dead)} of ${all} are dead: all their completions have the same reward, so nothing is learned from them.`;
    const wrong = left * valueAtEnd(curves('groups/all_wrong_frac'));
    const right = left * valueAtEnd(curves('groups/all_correct_frac'));
    if (wrong > right && wrong > dead / 2)
      return `${said} Most are all wrong: take easier problems, or a reward with more grades.`;
    if (right > wrong && right > dead / 2) return `${said} Most are all right: take harder problems.`;
    return said;
  },

  'groups/discarded_tokens_frac': (curve, { curriculum }, curves) => {
    const generated = valueAtEnd(curves('groups/generated_tokens'));
    const putAside = generated === 0 ? 0 : valueAtEnd(curves('curriculum/screen_tokens')) / generated;
    const share = tailMean(curve) - putAside;
    if (!mostlyDiscarded({ tokens: share, generated: 1 })) return null;
    return (
      `Dynamic sampling throws ${percent(share)} of what is generated away: those groups score alike. ` +
      (curriculum === undefined
        ? 'A curriculum draws problems that are solved now and then, of which fewer are thrown away.'
        : 'A curriculum of another kind or range, or a larger rollout.groupSize, would throw fewer away.')
    );
  },

  'completions/mean_length': (_, { rollout }, curves) => {
    const truncated = valueAtEnd(curves('completions/clipped_ratio'));
    if (truncated <= MANY_TRUNCATED) return null;
    return (
      `${percent(truncated)} of the completions are cut off at rollout.maxCompletionLength (${count(rollout.maxCompletionLength)} tokens), ` +
      'and are scored without their end.'
    );
  },

  entropy: (curve, experiment) => {
    const [begin, end] = [headMean(curve), tailMean(curve)];
    if (experiment.method === 'sft' || (end >= NO_ENTROPY && end >= LITTLE_ENTROPY * begin)) return null;
    return (
      `Entropy has fallen from ${measure(begin)} to ${measure(end)}: the completions of a group hardly differ any more, so little is ` +
      'left to learn from. A higher temperature, a KL term or an entropy bonus keeps the policy exploring.'
    );
  },

  grad_norm: (curve, { optimizer }) => {
    const limit = optimizer.maxGradNorm;
    if (limit === 0 || tailMean(curve) <= limit || !mostlyAbove(curve, limit)) return null;
    return `Longer than optimizer.maxGradNorm (${measure(limit)}) in most steps, and cut to it.`;
  },

  'clip_ratio/region_mean': (_, { training }) =>
    onPolicy(training)
      ? '0 by construction: with one update for each batch the policy has not moved yet when the ratio is taken, so nothing can be clipped.'
      : null,
};

/** null where all weights stay as they are. */
function scheduleRemark(rewards: Experiment['rewards']): string | null {
  const scheduled = rewards.filter(({ weight }) => isScheduled(weight)).map((reward) => `"${rewardName(reward)}"`);
  if (scheduled.length === 0) return null;
  return `What ${scheduled.join(' and ')} ${scheduled.length === 1 ? 'counts' : 'count'} for changes with the steps (weight), which moves this sum by itself.`;
}

function screeningRemark(pass: Curve | null): string | null {
  if (pass === null) return null;
  return (
    'This is of the groups that are trained on, without problems that were put aside because their first completions were all solved: it rises ' +
    `less than the policy does. Of all that was drawn ${percent(tailMean(pass))} of the first completions are solved (curriculum/screen_pass).`
  );
}

/**
 * At the first update after sampling every ratio is 1, so a clipped loss without other terms is minus the advantages, averaged as the
 * aggregation has it; the advantages of a group sum to 0. The gradient is not 0.
 */
function lossRemark({ training, algorithm }: Experiment): string {
  const { tokenLoss, aggregation, beta, entropyBonus, importanceSampling, maskTruncated } = algorithm;
  const clipped = tokenLoss === 'clipped' || tokenLoss === 'dualClip' || tokenLoss === 'gspo';
  const otherTerms = beta > 0 || entropyBonus > 0 || importanceSampling !== false || maskTruncated;
  if (!clipped || otherTerms || !onPolicy(training))
    return 'The loss of a policy gradient does not measure progress: look at the reward.';
  if (aggregation === 'grpo')
    return 'This loss is near 0 by construction, though its gradient is not: look at the reward.';
  return 'This loss is minus the advantages, weighted by length, and says nothing about progress: look at the reward.';
}

function onPolicy({ iterations, miniBatches }: Experiment['training']): boolean {
  return iterations === 1 && miniBatches === 1;
}

function valueAtEnd(curve: Curve | null): number {
  return curve === null || curve.mean.length === 0 ? 0 : tailMean(curve);
}

function mostlyAbove({ mean }: Curve, limit: number): boolean {
  let above = 0;
  for (const value of mean) if (value > limit) above++;
  return above > mean.length / 2;
}
