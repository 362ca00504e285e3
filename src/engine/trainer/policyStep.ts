/** One step of GRPO and its family, from the draw of its problems to its last update: what `train` does, and what a replay does again. */
import { scoredAdvantages } from '../grpo/advantage.ts';
import { stepMetrics } from '../grpo/metrics.ts';
import { tokensProcessed } from '../grpo/rolloutMetrics.ts';
import { learningRateAt } from '../grpo/schedule.ts';
import { rewardName, solvedBy } from '../protocol/experimentChecks.ts';
import type { Metrics } from '../protocol/metrics.ts';
import { rollOut, type Rollout } from './rolloutPhase.ts';
import { rewardWeights, type StepContext } from './runContext.ts';
import type { Stopwatch } from './stopwatch.ts';
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
  const advantages = scoredAdvantages(scored, rewardWeights(experiment), sampling.groupSize, algorithm);
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

/**
 * What mathematics says of a step.
 * @param numTokens processed since the run began, those of this step among them
 */
export function policyMetrics(
  { experiment, sampler }: Pick<StepContext, 'experiment' | 'sampler'>,
  step: number,
  { rollout, candidates, learningRate, update }: PolicyStep,
  numTokens: number,
): Metrics {
  return {
    ...stepMetrics({
      rollout: {
        scored: candidates.map(({ scored }) => scored),
        groupSize: experiment.rollout.groupSize,
        rewardNames: experiment.rewards.map(rewardName),
        solvedBy: solvedBy(experiment),
      },
      updates: update.outcomes,
      sampling: update.sampling,
      algorithm: experiment.algorithm,
      learningRate,
      epoch: sampler.epochAfter(step),
      numTokens,
    }),
    ...rollout.metrics,
  };
}
