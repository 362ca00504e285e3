/** Evaluation on held-out problems: what it measures, and how it enters the run. */
import type { Problem } from '../data/problems.ts';
import { bootstrapMeans } from '../evaluation/bootstrap.ts';
import { wilson } from '../evaluation/wilson.ts';
import { rewardValue } from '../grpo/rewardValues.ts';
import { rolloutMetrics } from '../grpo/rolloutMetrics.ts';
import { taskMetricName } from '../grpo/taskMetrics.ts';
import { uniforms } from '../random/keyed.ts';
import { rewardName } from '../protocol/experimentChecks.ts';
import type { EvaluationSummary, MeasuredSummary, TaskEvaluation } from '../protocol/events.ts';
import type { Experiment } from '../protocol/experiment.ts';
import type { Estimate, Metrics } from '../protocol/metrics.ts';
import { solvedByTask, taskNamed, tasksOf } from '../protocol/tasks.ts';
import type { RunWriter } from '../run/writer.ts';
import { measuredShares } from './evaluationMeasures.ts';
import type { RunContext } from './runContext.ts';
import type { ScoredGroup } from './scoredGroup.ts';
import { sampleAndScore } from './sampleAndScore.ts';

/** What an evaluation needs of a run; without a run there is nobody to write to. */
export type EvaluationContext = Omit<
  RunContext,
  'writer' | 'sampler' | 'curriculum' | 'profile' | 'compute' | 'signal' | 'meter'
> & {
  readonly writer: RunWriter | null;
};

/** @typeParam Part one or several of those that problems are in */
export interface Evaluation<Part extends MeasuredSummary['split'] = EvaluationSummary['split']> {
  readonly summary: MeasuredSummary & { readonly split: Part };
  readonly groups: readonly ScoredGroup[];
  /** How many samples of each were solved. */
  readonly solved: readonly number[];
  readonly metrics: Metrics;
}

/**
 * Samples the problems of a split (greedily unless the experiment says otherwise) that a reward applies to, scores them and sums up; null
 * where there are none.
 */
export async function evaluate<Part extends MeasuredSummary['split']>(
  run: EvaluationContext,
  step: number,
  split: Part,
): Promise<Evaluation<Part> | null> {
  const { evaluation, rewards } = run.experiment;
  const decides = solvedByTask(run.experiment);
  const problems = evaluated(run.problems[split], run.experiment);
  if (problems.length === 0) return null;
  const asked = problems.map((problem) => ({
    problem,
    keys: Array.from({ length: evaluation.samples }, (_, sample) => ({
      step,
      problem: problem.problem,
      occurrence: 0,
      round: 0,
      sample,
    })),
  }));
  const groups = await sampleAndScore(run, asked, {
    step,
    purpose: 'evaluation',
    recordedAs: 'evaluation',
    sampling: evaluation.sampling,
    onProgress: (done, total) => run.emit({ event: 'phase', step, phase: 'eval', done, total }),
  });
  const solved = solvedCounts(groups, decides);
  const whole = measure(groups, solved, run.experiment);
  const tasks = taskAccuracies(groups, solved, run.experiment);
  const held = rolloutMetrics({
    scored: groups.flatMap(({ scored }) => scored),
    groupSize: evaluation.samples,
    rewardNames: rewards.map(rewardName),
    tasks: groups.map(({ problem }) => taskNamed(run.experiment, problem.task)),
  });
  return {
    summary: {
      ...{ step, split, samples: evaluation.samples, ...whole },
      ...(tasks.length === 0 ? {} : { tasks: Object.fromEntries(tasks) }),
    },
    groups,
    solved,
    metrics: {
      ...accuracyMetrics(whole),
      ...prefixed('eval_', held),
      ...Object.fromEntries(tasks.flatMap(([name, own]) => Object.entries(ofTask(name, accuracyMetrics(own))))),
    },
  };
}

/** Those that a reward applies to: of a task without rewards, which has demonstrations alone, nobody says what is solved. */
export function evaluated(problems: readonly Problem[], experiment: Experiment): readonly Problem[] {
  const decides = solvedByTask(experiment);
  return problems.filter(({ task }) => decides(task) !== '');
}

/** How many samples of each problem were solved. @param decides the reward that says so in a task */
function solvedCounts(groups: readonly ScoredGroup[], decides: (task: string | null) => string): number[] {
  return groups.map(
    ({ problem, scored }) => scored.filter(({ rewards }) => rewardValue(rewards[decides(problem.task)]) === 1).length,
  );
}

/** Of each task with problems in this split, in their order; nothing where the experiment has one dataset. */
function taskAccuracies(
  groups: readonly ScoredGroup[],
  solved: readonly number[],
  experiment: Experiment,
): [string, TaskEvaluation][] {
  return tasksOf(experiment).flatMap(({ name }): [string, TaskEvaluation][] => {
    const own = groups.flatMap((group, index) => (group.problem.task === name ? [index] : []));
    if (name === null || own.length === 0) return [];
    const groupsOf = own.flatMap((index) => groups[index] ?? []);
    return [
      [
        name,
        measure(
          groupsOf,
          own.map((index) => solved[index] ?? 0),
          experiment,
        ),
      ],
    ];
  });
}

/** @param solved how many samples of each problem */
function measure(groups: readonly ScoredGroup[], solved: readonly number[], experiment: Experiment): TaskEvaluation {
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
  return {
    problems: groups.length,
    correct: solved.reduce((sum, count) => sum + count, 0),
    accuracy,
    ...(named.length === 0 ? {} : { measures: Object.fromEntries(named) }),
  };
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

function accuracyMetrics({ accuracy: { value, low, high }, measures = {} }: TaskEvaluation): Metrics {
  return {
    'eval/accuracy': value,
    'eval/accuracy_low': low,
    'eval/accuracy_high': high,
    ...Object.fromEntries(Object.entries(measures).map(([name, estimated]) => [`eval/${name}`, estimated.value])),
  };
}

function ofTask(task: string, metrics: Metrics): Metrics {
  return prefixed(taskMetricName(task, ''), metrics);
}

function prefixed(prefix: string, metrics: Metrics): Metrics {
  return Object.fromEntries(Object.entries(metrics).map(([name, value]) => [prefix + name, value]));
}
