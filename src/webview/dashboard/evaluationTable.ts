/** The evaluations of a run as comma-separated values: a line for each, of both splits. */
import type { EvaluationSummary } from '../../engine/protocol/events.ts';
import type { Estimate } from '../../engine/protocol/metrics.ts';

/** Whatever was measured at any of them beside the accuracy has columns of its own, left empty where it was not. */
export function evaluationTable(evaluations: readonly EvaluationSummary[]): string {
  const names = [...new Set(evaluations.flatMap(({ measures = {} }) => Object.keys(measures)))];
  const lines = evaluations.map(({ step, split, problems, samples, accuracy, measures = {} }) =>
    [step, split, problems, samples, ...cells(accuracy), ...names.flatMap((name) => cells(measures[name]))].join(),
  );
  const columns = ['accuracy', ...names].flatMap((name) => [name, `${name}_low`, `${name}_high`]);
  return [['step', 'split', 'problems', 'samples', ...columns].join(), ...lines, ''].join('\n');
}

function cells(estimate: Estimate | undefined): readonly (number | string)[] {
  return estimate === undefined ? ['', '', ''] : [estimate.value, estimate.low, estimate.high];
}
