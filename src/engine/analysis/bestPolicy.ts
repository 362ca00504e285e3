/** What a run's evaluations say beside the last of them: which policy did best, and why the run ended where it did. */
import { bestEvaluation, endsEarly, heldOutCourse } from '../evaluation/heldOutCourse.ts';
import type { BestPolicy, EarlyEnd, EvaluationSummary } from '../protocol/events.ts';
import type { Experiment } from '../protocol/experiment.ts';
import { tasksOf } from '../protocol/tasks.ts';
import { isSaved } from '../run/checkpoints.ts';
import { savedFolder } from '../run/layout.ts';
import type { RunReader } from '../run/reader.ts';
import { comparableEvaluations } from './rewardHistory.ts';

/** Of the evaluations that the experiment asks for; null where nothing was evaluated. */
export function bestPolicy(reader: RunReader): BestPolicy | null {
  const course = heldOutCourse(comparableEvaluations(reader), reader.experiment());
  const evaluation = bestEvaluation(course);
  if (evaluation === null) return null;
  const kept = isSaved(reader.dir, savedFolder('checkpoints', evaluation.step));
  const testable = tasksOf(reader.experiment()).some(({ dataset }) => dataset.test !== undefined);
  return { evaluation, chosenFrom: course.length, kept, testable };
}

/** null for a run that did all its steps, or is not over. */
export function earlyEndOf(reader: RunReader): EarlyEnd | null {
  const { status, lastStep } = reader.state();
  return status === 'finished' ? earlyEnd(reader.experiment(), comparableEvaluations(reader), lastStep ?? 0) : null;
}

/**
 * Why no step comes after `step`; null where that is the last, or more are to come.
 * @param evaluations measured alike, those after `step` left out
 */
export function earlyEnd(
  experiment: Pick<Experiment, 'evaluation' | 'training'>,
  evaluations: readonly EvaluationSummary[],
  step: number,
): EarlyEnd | null {
  const { evaluation, training } = experiment;
  const course = heldOutCourse(evaluations, experiment);
  const best = bestEvaluation(course);
  if (step >= training.steps || best === null || !endsEarly(course, evaluation.stopEarly)) return null;
  return { step, steps: training.steps, best: best.step, evaluations: course.length - 1 - course.indexOf(best) };
}
