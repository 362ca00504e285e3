/** What a run solved of its held-out problems, problem by problem. */
import { isDeepStrictEqual } from 'node:util';
import { bestEvaluation, heldOutCourse } from '../../evaluation/heldOutCourse.ts';
import type { MeasureName } from '../../protocol/comparison.ts';
import type { EvaluationSummary } from '../../protocol/events.ts';
import type { TaskPlace } from '../../protocol/run.ts';
import { rowOfProblem, taskOfProblem, type RunTasks } from '../../protocol/tasks.ts';
import { readSolved } from '../../run/outputs/solved.ts';
import type { RunReader } from '../../run/reader.ts';
import { comparableEvaluations } from '../rewardHistory.ts';

/** One evaluation, by problem (row of the dataset file; of several tasks, as the run numbers them). */
export interface HeldOutResults {
  readonly step: number;
  /** Completions of each problem. */
  readonly samples: number;
  /** The share of them that is solved, 0 to 1. */
  readonly shares: ReadonlyMap<number, number>;
  /** What is in the dataset at that row, as text: equal texts are the same problem. */
  readonly rows: ReadonlyMap<number, string>;
  /** Which tasks the problems are of; absent in a run of one dataset. */
  readonly tasks?: readonly TaskPlace[] | undefined;
}

/** The evaluations of a run that a comparison is about, null where there is none. */
export interface Milestones {
  /** The newest on the validation part. */
  readonly final: EvaluationSummary | null;
  /** The highest of those on the validation part that the experiment asks for, the first of equals; that of step 0 may be it. */
  readonly best: EvaluationSummary | null;
  /** How many it was chosen from. */
  readonly evaluations: number;
  /** On the test part, after the last step. */
  readonly test: EvaluationSummary | null;
  /** The step that the run ends with, or ended with where that was early. */
  readonly end: number;
}

/** @throws UserError where the run cannot be read */
export function milestones(reader: RunReader): Milestones {
  const experiment = reader.experiment();
  const evaluations = comparableEvaluations(reader);
  const course = heldOutCourse(evaluations, experiment);
  const { status, lastStep } = reader.state();
  return {
    final: evaluations.findLast(({ split }) => split === 'validation') ?? null,
    best: bestEvaluation(course),
    evaluations: course.length,
    test: evaluations.findLast(({ split }) => split === 'test') ?? null,
    end: status === 'finished' ? (lastStep ?? 0) : experiment.training.steps,
  };
}

/** What a run was halfway is nothing that its recipe comes to. */
export function measuredAtEnd(
  of: MeasureName,
  { final, test, end }: Pick<Milestones, 'final' | 'test' | 'end'>,
): boolean {
  return (of === 'test' ? test : final)?.step === end;
}

/** A completion without a verdict, or with an error for one, is not solved: as in the run's own accuracy. */
export function heldOutResults(reader: RunReader, { step, split, samples }: EvaluationSummary): HeldOutResults {
  const solved = readSolved(reader, { split, step });
  return {
    step,
    samples,
    shares: new Map(Array.from(solved, ([problem, count]) => [problem, count / samples])),
    rows: new Map(reader.problems(split).map(({ problem, row }) => [problem, JSON.stringify(row)])),
    tasks: reader.manifest.tasks,
  };
}

/** The same with the numbers that another run gives these problems; without those of tasks that it does not have. */
export function inNumbersOf(results: HeldOutResults, like: RunTasks): HeldOutResults {
  if (isDeepStrictEqual(results.tasks, like.tasks)) return results;
  const renumbered = <Value>(values: ReadonlyMap<number, Value>): Map<number, Value> =>
    new Map(
      [...values].flatMap(([problem, value]): [number, Value][] => {
        const number = numberOf(like, taskOfProblem(results, problem), rowOfProblem(results, problem));
        return number === null ? [] : [[number, value]];
      }),
    );
  return { ...results, shares: renumbered(results.shares), rows: renumbered(results.rows), tasks: like.tasks };
}

/** The number that a run gives a row of a task; null where it has no such task. */
export function numberOf({ tasks = [] }: RunTasks, task: string | null, row: number): number | null {
  if (task === null) return tasks.length === 0 ? row : null;
  const place = tasks.find(({ name }) => name === task);
  return place === undefined ? null : place.first + row;
}

/** What is of one task. */
export function resultsOfTask(results: HeldOutResults, task: string): HeldOutResults {
  const ofTask = ([problem]: readonly [number, unknown]): boolean => taskOfProblem(results, problem) === task;
  return { ...results, shares: new Map([...results.shares].filter(ofTask)) };
}
