/** What an evaluation found of each task, kept among its measures under names of their own: `tasks/NAME/accuracy`. */
import type { EvaluationMeasures, TaskEvaluation } from '../protocol/events.ts';
import type { Estimate } from '../protocol/metrics.ts';
import { BadValueError } from './rows.ts';

type Tasks = Readonly<Record<string, TaskEvaluation>>;

const OF_TASK = /^tasks\/([^/]+)\/(.+)$/;
/** What is kept of a task beside its measures, none of which is called like that. */
const PROBLEMS = 'problems';
const CORRECT = 'correct';
const ACCURACY = 'accuracy';

/** Rows by name; counts are estimates without width. */
export function packed(tasks: Tasks): [string, Estimate][] {
  return Object.entries(tasks).flatMap(([task, { problems, correct, accuracy, measures = {} }]) => {
    const rows = { [PROBLEMS]: exact(problems), [CORRECT]: exact(correct), [ACCURACY]: accuracy, ...measures };
    return Object.entries(rows).map(([name, estimate]): [string, Estimate] => [`tasks/${task}/${name}`, estimate]);
  });
}

function exact(value: number): Estimate {
  return { value, low: value, high: value };
}

/** @throws BadValueError where a task has measures and no accuracy */
export function unpacked(rows: EvaluationMeasures): { readonly measures: EvaluationMeasures; readonly tasks: Tasks } {
  const measures: Record<string, Estimate> = {};
  const byTask = new Map<string, Record<string, Estimate>>();
  for (const [name, estimate] of Object.entries(rows)) {
    const [, task, own] = OF_TASK.exec(name) ?? [];
    if (task === undefined || own === undefined) measures[name] = estimate;
    else byTask.set(task, { ...byTask.get(task), [own]: estimate });
  }
  return { measures, tasks: Object.fromEntries(Array.from(byTask, ([task, own]) => [task, taskOf(task, own)])) };
}

function taskOf(
  task: string,
  { [PROBLEMS]: problems, [CORRECT]: correct, [ACCURACY]: accuracy, ...measures }: Record<string, Estimate>,
): TaskEvaluation {
  if (problems === undefined || correct === undefined || accuracy === undefined)
    throw new BadValueError(`the evaluation of the task ${task} is not whole`);
  return {
    ...{ problems: problems.value, correct: correct.value, accuracy },
    ...(Object.keys(measures).length === 0 ? {} : { measures }),
  };
}
