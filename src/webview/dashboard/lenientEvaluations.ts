/** The evaluations as lenient matching has them: right is a completion with the right last number, in whatever form. */
import type { EvaluationSummary } from '../../engine/protocol/events.ts';

/** None where it never says anything else than the accuracy: one curve would lie on the other. */
export function lenientEvaluations(evaluations: readonly EvaluationSummary[]): EvaluationSummary[] {
  const lenient = evaluations.flatMap((evaluation) => {
    const accuracy = evaluation.measures?.['lenient'];
    return accuracy === undefined ? [] : [{ ...evaluation, accuracy }];
  });
  const differs = evaluations.some(
    ({ accuracy, measures }) => (measures?.['lenient'] ?? accuracy).value !== accuracy.value,
  );
  return differs ? lenient : [];
}
