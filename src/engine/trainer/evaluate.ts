/** Evaluation on held-out problems: what it measures, and how it enters the run. */
import { bootstrapMeans } from '../evaluation/bootstrap.ts';
import { wilson } from '../evaluation/wilson.ts';
import { rewardValue } from '../grpo/rewardValues.ts';
import { rolloutMetrics } from '../grpo/rolloutMetrics.ts';
import { uniforms } from '../random/keyed.ts';
import { rewardName, solvedBy } from '../protocol/experimentChecks.ts';
import type { EvaluationMeasures, EvaluationSummary } from '../protocol/events.ts';
import type { Experiment } from '../protocol/experiment.ts';
import type { Estimate, Metrics } from '../protocol/metrics.ts';
import type { RunWriter } from '../run/writer.ts';
import { measuredShares } from './evaluationMeasures.ts';
import type { RunContext, ScoredGroup } from './runContext.ts';
import { scoreGroups } from './scoring.ts';

/** What an evaluation needs of a run; without a run there is nobody to write to. */
export type EvaluationContext = Omit<RunContext, 'writer' | 'sampler' | 'sample' | 'signal'> & {
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
  const { evaluation, rollout, rewards } = run.experiment;
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
  const { accuracy, measures } = measure(groups, solved, run.experiment);
  const held = rolloutMetrics({
    scored: groups.flatMap(({ scored }) => scored),
    groupSize: evaluation.samples,
    rewardNames: rewards.map(rewardName),
    solvedBy: solvedBy(run.experiment),
  });
  const correct = solved.reduce((sum, count) => sum + count, 0);
  return {
    summary: {
      ...{ step, split, problems: problems.length, samples: evaluation.samples, correct, accuracy },
      ...(Object.keys(measures).length === 0 ? {} : { measures }),
    },
    groups,
    metrics: { ...accuracyMetrics(accuracy, measures), ...prefixed('eval_', held) },
  };
}

/** How many samples of each problem were solved. */
export function solvedCounts(groups: readonly ScoredGroup[], reward: string): number[] {
  return groups.map(({ scored }) => scored.filter(({ rewards }) => rewardValue(rewards[reward]) === 1).length);
}

/** @param solved how many samples of each problem */
function measure(
  groups: readonly ScoredGroup[],
  solved: readonly number[],
  experiment: Experiment,
): { readonly accuracy: Estimate; readonly measures: EvaluationMeasures } {
  const { samples } = experiment.evaluation;
  const shares = measuredShares(groups, experiment);
  const [accuracy, ...others] = overProblems(
    [solved.map((count) => count / samples), ...shares.values()],
    samples,
    experiment.seed,
  );
  if (accuracy === undefined) throw new RangeError('no problems to measure on');
  const named = [...shares.keys()].flatMap((name, index): [string, Estimate][] => {
    const estimate = others[index];
    return estimate === undefined ? [] : [[name, estimate]];
  });
  return { accuracy, measures: Object.fromEntries(named) };
}

/** One sample each is a proportion; several are means over problems, whose samples are not independent. */
function overProblems(measures: readonly (readonly number[])[], samples: number, seed: number): Estimate[] {
  if (samples > 1) return bootstrapMeans(measures, uniforms(seed, 'bootstrap'));
  return measures.map((shares) =>
    wilson(
      shares.reduce((sum, share) => sum + share, 0),
      shares.length,
    ),
  );
}

function accuracyMetrics({ value, low, high }: Estimate, measures: EvaluationMeasures): Metrics {
  return {
    'eval/accuracy': value,
    'eval/accuracy_low': low,
    'eval/accuracy_high': high,
    ...Object.fromEntries(Object.entries(measures).map(([name, estimated]) => [`eval/${name}`, estimated.value])),
  };
}

function prefixed(prefix: string, metrics: Metrics): Metrics {
  return Object.fromEntries(Object.entries(metrics).map(([name, value]) => [prefix + name, value]));
}
