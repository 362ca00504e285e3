/** The evaluations of a run as comma-separated values: a line for each, of both splits. */
import type { EvaluationSummary, TaskEvaluation } from '../../engine/protocol/events.ts';
import type { Estimate } from '../../engine/protocol/metrics.ts';

/**
 * Whatever was measured at any of them beside the accuracy has columns of its own, left empty where it was not. Below the line of all tasks
 * each of several has one, with its name; of one dataset there is no such column.
 */
export function evaluationTable(evaluations: readonly EvaluationSummary[]): string {
  const names = [...new Set(evaluations.flatMap(({ measures = {} }) => Object.keys(measures)))];
  const several = evaluations.some(({ tasks }) => tasks !== undefined);
  const lines = evaluations.flatMap((evaluation) => {
    const { step, split, samples, tasks = {} } = evaluation;
    const line = (task: string, { problems, accuracy, measures = {} }: TaskEvaluation): string =>
      [
        ...[step, split, ...(several ? [task] : []), problems, samples],
        ...[...cells(accuracy), ...names.flatMap((name) => cells(measures[name]))],
      ].join();
    return [line('', evaluation), ...Object.entries(tasks).map(([task, own]) => line(task, own))];
  });
  const columns = ['accuracy', ...names].flatMap((name) => [name, `${name}_low`, `${name}_high`]);
  const first = ['step', 'split', ...(several ? ['task'] : []), 'problems', 'samples'];
  return [[...first, ...columns].join(), ...lines, ''].join('\n');
}

function cells(estimate: Estimate | undefined): readonly (number | string)[] {
  return estimate === undefined ? ['', '', ''] : [estimate.value, estimate.low, estimate.high];
}
