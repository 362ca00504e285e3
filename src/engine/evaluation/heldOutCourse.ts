/** What the held-out accuracy says as a run goes on: which policy was the best so far, and whether training on is worth it. */
import type { EvaluationSummary } from '../protocol/events.ts';
import type { Experiment, StopEarlyConfig } from '../protocol/experiment.ts';

/** Whether the experiment evaluates its policy after a step by itself; `rlvr eval` may do so after any. */
export function evaluationDue(
  { evaluation, training }: Pick<Experiment, 'evaluation' | 'training'>,
  step: number,
): boolean {
  return step === 0 || step === training.steps || (evaluation.every > 0 && step % evaluation.every === 0);
}

/**
 * The evaluations on the validation part by which a run is guided: those that the experiment asks for, in their order. What `rlvr eval`
 * adds to other steps is none of them, or a run that was stopped, looked at and resumed would be another than one that was not.
 */
export function heldOutCourse(
  evaluations: readonly EvaluationSummary[],
  experiment: Pick<Experiment, 'evaluation' | 'training'>,
): EvaluationSummary[] {
  return evaluations
    .filter(({ split, step }) => split === 'validation' && evaluationDue(experiment, step))
    .toSorted((a, b) => a.step - b.step);
}

/** The one with the highest accuracy, the earlier of equals; null of none. */
export function bestEvaluation<Measured extends Pick<EvaluationSummary, 'accuracy'>>(
  evaluations: readonly Measured[],
): Measured | null {
  return evaluations.reduce<Measured | null>(
    (best, candidate) => (best === null || candidate.accuracy.value > best.accuracy.value ? candidate : best),
    null,
  );
}

/**
 * Each that beat all before it, the first among them: what was the best at some time.
 * @param changes steps from which on other code says what is solved, ascending: nothing before is held against what comes after
 */
export function recordsOf(course: readonly EvaluationSummary[], changes: readonly number[] = []): EvaluationSummary[] {
  const stretches = Map.groupBy(course, ({ step }) => changes.findLast((change) => change <= step) ?? 0);
  return [...stretches.values()].flatMap((stretch) => {
    let best = -Infinity;
    return stretch.filter(({ accuracy: { value } }) => {
      if (value <= best) return false;
      best = value;
      return true;
    });
  });
}

/** Whether training ends with the newest evaluation of a course: so many in a row have not beaten the best before them. */
export function endsEarly(course: readonly EvaluationSummary[], rule: StopEarlyConfig | undefined): boolean {
  const newest = course.at(-1);
  const best = bestEvaluation(course);
  if (rule === undefined || newest === undefined || best === null || newest.step < rule.minSteps) return false;
  return course.length - 1 - course.indexOf(best) >= rule.patience;
}
