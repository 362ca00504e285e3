/**
 * The tasks of an experiment. One with a `dataset` has a single task without a name, so that whatever works on tasks works on it too,
 * and shows none.
 */
import type { DatasetConfig } from './datasetConfig.ts';
import type { Experiment } from './experiment.ts';
import { UserError } from './errors.ts';
import { rewardName, solvedBy } from './experimentChecks.ts';
import { printPath } from './experimentKeys.ts';
import type { EntryPath } from './jsonSource.ts';
import type { TaskPlace } from './run.ts';

export interface Task {
  /** null where the experiment has one dataset. */
  readonly name: string | null;
  /** Its share of the problems drawn, in proportion to the other tasks. */
  readonly weight: number;
  readonly dataset: DatasetConfig;
  /** The names of the rewards that apply to it, in the experiment's order. */
  readonly rewards: readonly string[];
  /** The one whose value 1 counts as solved; '' where none applies. */
  readonly solvedBy: string;
}

export type TasksOfExperiment = Pick<Experiment, 'dataset' | 'tasks' | 'rewards' | 'evaluation'>;

/** In the order of the file, which decides the numbers of their problems. */
export function tasksOf(experiment: TasksOfExperiment): readonly [Task, ...Task[]] {
  const names = experiment.rewards.map(rewardName);
  if (experiment.dataset !== undefined)
    return [{ name: null, weight: 1, dataset: experiment.dataset, rewards: names, solvedBy: solvedBy(experiment) }];
  const [first, ...others] = Object.entries(experiment.tasks ?? {}).map(([name, config]): Task => {
    const rewards = names.filter((reward) => config.rewards?.includes(reward) ?? true);
    const usual = rewards.find((reward) => reward === experiment.evaluation.reward) ?? rewards[0] ?? '';
    return { name, weight: config.weight, dataset: config.dataset, rewards, solvedBy: config.solvedBy ?? usual };
  });
  if (first === undefined) throw new RangeError('an experiment without dataset and tasks passed its checks');
  return [first, ...others];
}

/** @param name null for the task of an experiment with one dataset */
export function taskNamed(experiment: TasksOfExperiment, name: string | null): Task {
  const task = tasksOf(experiment).find((own) => own.name === name);
  if (task === undefined) throw new RangeError(`the experiment has no task ${name ?? 'without a name'}`);
  return task;
}

/** By task, the reward whose value 1 counts as solved. */
export function solvedByTask(experiment: TasksOfExperiment): (task: string | null) => string {
  const deciding = new Map(tasksOf(experiment).map(({ name, solvedBy: reward }) => [name, reward]));
  return (task) => deciding.get(task) ?? '';
}

/** By the name of each of several tasks, the rewards that do not apply to it; of one dataset, to which all apply, nothing. */
export function skippedByTask(experiment: TasksOfExperiment): Record<string, string[]> {
  const names = experiment.rewards.map(rewardName);
  return Object.fromEntries(
    tasksOf(experiment).flatMap(({ name, rewards }) =>
      name === null ? [] : [[name, names.filter((reward) => !rewards.includes(reward))]],
    ),
  );
}

/**
 * By task, the rewards that do not apply to it, as scorers are told of them; nothing where all do.
 * @param skipped as `skippedByTask` has it, of the experiment whose rewards score, which need not be the run's
 * @returns throws UserError for a task that the experiment does not have among its several ones
 */
export function skippedRewards(
  skipped: Readonly<Record<string, readonly string[]>>,
): (task: string | null) => { readonly skip?: readonly string[] } {
  const byTask = new Map<string | null, readonly string[]>(Object.entries(skipped));
  return (task) => {
    if (byTask.size === 0) return {};
    const skip = byTask.get(task);
    if (skip === undefined) throw new UserError(unknownTask(task, [...byTask.keys()].join(', ')));
    return skip.length === 0 ? {} : { skip };
  };
}

function unknownTask(task: string | null, names: string): string {
  const problems = task === null ? 'The run has one dataset' : `The run has problems of the task "${task}"`;
  return (
    `${problems}, and the experiment whose rewards are to score has the tasks ${names}: it does not say which rewards apply. ` +
    (task === null ? 'Score with the rewards of an experiment of one dataset.' : `Add "${task}" to its tasks.`)
  );
}

/** Where an entry of a task's dataset is in the experiment: `['tasks', 'gsm8k', 'dataset', 'prompt']`, or `['dataset', 'prompt']`. */
export function datasetEntry(task: string | null, ...entry: EntryPath): EntryPath {
  return [...(task === null ? [] : ['tasks', task]), 'dataset', ...entry];
}

/** The same as messages write it. */
export function datasetEntryText(task: string | null, ...entry: EntryPath): string {
  return printPath(datasetEntry(task, ...entry));
}

/** Where the problems of a run come from. */
export interface RunTasks {
  readonly tasks?: readonly TaskPlace[] | undefined;
}

/** The task of a recorded problem; null in a run of one dataset. @param manifest the run's */
export function taskOfProblem(manifest: RunTasks, problem: number): string | null {
  return placeOf(manifest, problem)?.name ?? null;
}

/** Of a recorded problem, the reward whose value 1 counts as solved. @param manifest the run's */
export function solvedByProblem(manifest: RunTasks, experiment: TasksOfExperiment): (problem: number) => string {
  const decides = solvedByTask(experiment);
  return (problem) => decides(taskOfProblem(manifest, problem));
}

/** The row of the dataset file that a recorded problem is. @param manifest the run's */
export function rowOfProblem(manifest: RunTasks, problem: number): number {
  return problem - (placeOf(manifest, problem)?.first ?? 0);
}

/** The last task that begins at or before it: an empty one in between has no problems. */
function placeOf({ tasks = [] }: RunTasks, problem: number): TaskPlace | undefined {
  return tasks.findLast(({ first }) => first <= problem);
}
