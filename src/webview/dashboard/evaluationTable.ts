/** The evaluations of a run as comma-separated values: a line for each, of both splits. */
import type { EvaluationSummary } from '../../engine/protocol/events.ts';

export function evaluationTable(evaluations: readonly EvaluationSummary[]): string {
  const lines = evaluations.map(({ step, split, problems, samples, accuracy: { value, low, high } }) =>
    [step, split, problems, samples, value, low, high].join(),
  );
  return ['step,split,problems,samples,accuracy,accuracy_low,accuracy_high', ...lines, ''].join('\n');
}
