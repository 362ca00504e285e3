/**
 * One step of GRPO and its family (arXiv:2402.03300), which a replay does again:
 *
 *   draw problems -> sample a group of completions for each -> score them -> advantages within the group -> one or more optimiser steps
 *   on the clipped policy gradient.
 */
import { curriculumMetrics } from '../data/curriculum/curriculumMetrics.ts';
import { scoredAdvantages } from '../grpo/advantage.ts';
import { stepMetrics } from '../grpo/metrics.ts';
import { tokensProcessed } from '../grpo/rolloutMetrics.ts';
import { learningRateAt } from '../grpo/schedule.ts';
import { taskMetrics } from '../grpo/taskMetrics.ts';
import { rewardName } from '../protocol/experimentChecks.ts';
import type { Metrics } from '../protocol/metrics.ts';
import { isScheduled, rewardWeights } from '../protocol/rewardWeights.ts';
import { solvedByTask, taskNamed } from '../protocol/tasks.ts';
import { solvedCount } from './curriculum/solvedCount.ts';
import { rollOut, type Rollout } from './rolloutPhase.ts';
import type { RunContext, StepContext } from './runContext.ts';
import { completionRecords } from './scoring.ts';
import type { Stopwatch } from './stopwatch.ts';
import { taskEpochs } from './taskEpochs.ts';
import type { TakenStep } from './trainer.ts';
import { updatePolicy, type CandidateRow, type UpdateResult } from './updatePhase.ts';

export interface PolicyStep {
  readonly rollout: Rollout;
  /** What is trained on, group by group. */
  readonly candidates: readonly CandidateRow[];
  readonly learningRate: number;
  readonly update: UpdateResult;
  /** Tokens processed in this step. */
  readonly tokens: number;
}

export async function policyStep(run: StepContext, step: number, watch: Stopwatch): Promise<PolicyStep> {
  const { experiment, compute, emit } = run;
  const { training, optimizer, algorithm, rollout: sampling } = experiment;
  const rollout = await rollOut(run, step, watch);
  const scored = rollout.groups.flatMap((group) => group.scored);
  const advantages = scoredAdvantages(scored, rewardWeights(experiment, step), sampling.groupSize, algorithm);
  const candidates = rollout.groups
    .flatMap(({ problem, scored: rows }) => rows.map((row) => ({ scored: row, prompt: problem.tokens })))
    .map((row, index) => ({ ...row, advantage: advantages[index] ?? 0 }));
  const tokens = tokensProcessed(
    candidates.map(({ scored: { completion }, prompt }) => ({ prompt, tokens: completion.tokens })),
  );
  emit({ event: 'phase', step, phase: 'train', done: 0, total: candidates.length });
  const learningRate = learningRateAt(optimizer, step, training.steps);
  const update = await watch.time('train', () => updatePolicy(compute, experiment, candidates, learningRate));
  return { rollout, candidates, learningRate, update, tokens };
}

/** The step of `train` where the policy learns from rewards. */
export async function takePolicyStep(
  run: RunContext,
  step: number,
  numTokens: number,
  watch: Stopwatch,
): Promise<TakenStep> {
  const done = await policyStep(run, step, watch);
  const { rollout, candidates, update } = done;
  const advantages = candidates.map(({ advantage }) => advantage);
  return {
    metrics: policyMetrics(run, step, done, numTokens + done.tokens),
    numTokens: numTokens + done.tokens,
    phases: { rollout: rollout.tokens, reward: null, train: update.tokensTrained },
    groups: [...rollout.groups, ...rollout.discarded],
    completions: [
      ...completionRecords(rollout.groups, 'rollout', advantages),
      ...completionRecords(rollout.discarded, 'rollout', null),
    ],
  };
}

/**
 * What mathematics says of a step.
 * @param numTokens processed since the run began, those of this step among them
 */
export function policyMetrics(
  { experiment, sampler, curriculum }: Pick<StepContext, 'experiment' | 'sampler' | 'curriculum'>,
  step: number,
  { rollout, candidates, learningRate, update }: PolicyStep,
  numTokens: number,
): Metrics {
  const decides = solvedByTask(experiment);
  const sampled = [...rollout.groups, ...rollout.discarded];
  const drawn = sampler.drawMore(step, 0, sampled.length);
  const groups = sampled.map((group) => solvedCount(group, decides(group.problem.task)));
  return {
    ...stepMetrics({
      rollout: {
        scored: candidates.map(({ scored }) => scored),
        groupSize: experiment.rollout.groupSize,
        rewardNames: experiment.rewards.map(rewardName),
        tasks: rollout.groups.map(({ problem }) => taskNamed(experiment, problem.task)),
      },
      updates: update.outcomes,
      sampling: update.sampling,
      algorithm: experiment.algorithm,
      learningRate,
      epoch: sampler.epochAfter(step),
      numTokens,
    }),
    ...scheduledWeights(experiment, step),
    ...rollout.metrics,
    ...ofTasks(sampler, step, rollout, decides),
    ...curriculumMetrics(curriculum, step, drawn, groups),
  };
}

/** Of each of several tasks; nothing where the experiment has one dataset. @param decides the reward that says what is solved in a task */
function ofTasks(
  sampler: StepContext['sampler'],
  step: number,
  { groups }: Rollout,
  decides: (task: string | null) => string,
): Metrics {
  return {
    ...taskMetrics(
      groups.flatMap(({ problem: { task }, scored }) =>
        task === null ? [] : [{ task, scored, solvedBy: decides(task) }],
      ),
    ),
    ...taskEpochs(sampler, step),
  };
}

/** What rewards count for in this step, of those of which that changes. */
function scheduledWeights(experiment: StepContext['experiment'], step: number): Metrics {
  const weights = rewardWeights(experiment, step);
  const scheduled = experiment.rewards.filter(({ weight }) => isScheduled(weight)).map(rewardName);
  return Object.fromEntries(scheduled.map((name) => [`rewards/${name}/weight`, weights[name] ?? 0]));
}
