/** Evaluation on held-out problems: what it measures, and how it enters the run. */
import { bootstrapMean } from '../evaluation/bootstrap.ts';
import { passAtK } from '../evaluation/passAtK.ts';
import { wilson } from '../evaluation/wilson.ts';
import { rewardValue } from '../grpo/rewardValues.ts';
import { rolloutMetrics } from '../grpo/rolloutMetrics.ts';
import { uniforms } from '../random/keyed.ts';
import { rewardName, solvedBy } from '../protocol/experimentChecks.ts';
import type { EvaluationSummary } from '../protocol/events.ts';
import type { Estimate, Metrics } from '../protocol/metrics.ts';
import type { RunWriter } from '../run/writer.ts';
import type { RunContext, ScoredGroup } from './runContext.ts';
import { scoreGroups } from './scoring.ts';

/** What an evaluation needs of a run; without a run there is nobody to write to. */
export type EvaluationContext = Omit<RunContext, 'writer' | 'sampler' | 'signal'> & {
  readonly writer: RunWriter | null;
};

export interface Evaluation {
  readonly summary: EvaluationSummary;
  readonly groups: readonly ScoredGroup[];
  readonly metrics: Metrics;
}

/**
 * Samples the problems of a split (greedily unless the experiment says otherwise), scores them and sums up; null where there is nothing to ask or
 * nothing that scores. */
export async function evaluate(
  run: EvaluationContext,
  step: number,
  split: 'validation' | 'test',
): Promise<Evaluation | null> {
  const problems = run.problems[split];
  const { evaluation, rollout, rewards, seed } = run.experiment;
  if (problems.length === 0 || rewards.length === 0) return null;
  const { completions } = await run.compute.request(
    {
      kind: 'generate',
      groups: problems.map(({ problem, tokens }) => ({
        prompt: tokens,
        keys: Array.from({ length: evaluation.samples }, (_, sample) => ({
          step,
          problem,
          occurrence: 0,
          round: 0,
          sample,
        })),
      })),
      purpose: 'evaluation',
      sampling: evaluation.sampling,
      maxCompletionLength: rollout.maxCompletionLength,
      stop: rollout.stop,
      stopTokens: rollout.stopTokens,
      maxRows: rollout.maxRows,
    },
    (done, total) => run.emit({ event: 'phase', step, phase: 'eval', done, total }),
  );
  const sampled = problems.map((problem, index) => ({
    problem,
    completions: completions.slice(index * evaluation.samples, (index + 1) * evaluation.samples),
  }));
  const groups = await scoreGroups(run, sampled, step, 'evaluation');
  const solved = solvedCounts(groups, solvedBy(run.experiment));
  const accuracy = estimate(solved, evaluation.samples, seed);
  const held = rolloutMetrics({
    scored: groups.flatMap(({ scored }) => scored),
    groupSize: evaluation.samples,
    rewardNames: rewards.map(rewardName),
    solvedBy: solvedBy(run.experiment),
  });
  const correct = solved.reduce((sum, count) => sum + count, 0);
  return {
    summary: { step, split, problems: problems.length, samples: evaluation.samples, correct, accuracy },
    groups,
    metrics: { ...accuracyMetrics(solved, evaluation.samples, accuracy), ...prefixed('eval_', held) },
  };
}

/** How many samples of each problem were solved. */
export function solvedCounts(groups: readonly ScoredGroup[], reward: string): number[] {
  return groups.map(({ scored }) => scored.filter(({ rewards }) => rewardValue(rewards[reward]) === 1).length);
}

/** One sample each is a proportion; several are means over problems, whose samples are not independent. */
function estimate(solved: readonly number[], samples: number, seed: number): Estimate {
  const correct = solved.reduce((sum, count) => sum + count, 0);
  if (samples === 1) return wilson(correct, solved.length);
  // Resampling what is all alike gives an interval of no width; one sample of each problem would have been as unanimous.
  if (correct === 0 || correct === samples * solved.length) return wilson(correct / samples, solved.length);
  return bootstrapMean(
    solved.map((count) => count / samples),
    uniforms(seed, 'bootstrap'),
  );
}

function accuracyMetrics(solved: readonly number[], samples: number, accuracy: Estimate): Metrics {
  const metrics: Metrics = {
    'eval/accuracy': accuracy.value,
    'eval/accuracy_low': accuracy.low,
    'eval/accuracy_high': accuracy.high,
  };
  for (let k = 2; k <= samples; k *= 2)
    metrics[`eval/pass@${k}`] = solved.reduce((sum, count) => sum + passAtK(samples, count, k), 0) / solved.length;
  return metrics;
}

function prefixed(prefix: string, metrics: Metrics): Metrics {
  return Object.fromEntries(Object.entries(metrics).map(([name, value]) => [prefix + name, value]));
}
