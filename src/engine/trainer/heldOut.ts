/** The evaluations of a run so far: they say which policy to keep as the best, and whether to train on. */
import { earlyEnd } from '../analysis/bestPolicy.ts';
import { changesOf } from '../analysis/rewardHistory.ts';
import { bestEvaluation, endsEarly, heldOutCourse, recordsOf } from '../evaluation/heldOutCourse.ts';
import type { EarlyEnd, EvaluationSummary } from '../protocol/events.ts';
import type { Experiment } from '../protocol/experiment.ts';
import { RunReader } from '../run/reader.ts';
import type { RunWriter } from '../run/writer.ts';
import type { RunContext } from './runContext.ts';

type Recorded = Pick<RunContext, 'experiment' | 'writer'>;

/** Whether no step comes after `step`: the experiment asks for none, or what was evaluated until then ends the run early. */
export function isLastStep(run: Recorded, step: number): boolean {
  return step >= run.experiment.training.steps || new HeldOut(run, step).endsEarly;
}

/** All that it says follows from what is recorded, so that a run that is killed and resumed comes to the same. */
export class HeldOut {
  readonly #experiment: Experiment;
  readonly #writer: RunWriter;
  #evaluations: readonly EvaluationSummary[];

  /** Reads what the run has recorded. @param until the last step that counts */
  constructor({ experiment, writer }: Recorded, until = Infinity) {
    this.#experiment = experiment;
    this.#writer = writer;
    const reader = RunReader.open(writer.dir);
    try {
      this.#evaluations = reader.evaluations().filter(({ step }) => step <= until);
    } finally {
      reader.close();
    }
  }

  /** That of the step under way; null where there was nothing to evaluate. */
  add(evaluation: EvaluationSummary | null): void {
    if (evaluation) this.#evaluations = [...this.#evaluations, evaluation];
  }

  /** Whether no policy before that of the step was as good. */
  isBest(step: number): boolean {
    return bestEvaluation(this.#course)?.step === step;
  }

  /** Whether the newest evaluation ends the run before its last step. */
  get endsEarly(): boolean {
    return endsEarly(this.#course, this.#experiment.evaluation.stopEarly);
  }

  /** Why `step` is the last; null where all were done. */
  earlyEnd(step: number): EarlyEnd | null {
    return earlyEnd(this.#experiment, this.#course, step);
  }

  /** The steps that are, or after a crash and a resumption from the end of step `from` will be, the best. */
  bestSince(from: number): ReadonlySet<number> {
    const records = recordsOf(heldOutCourse(this.#evaluations, this.#experiment), this.#changes).map(
      ({ step }) => step,
    );
    return new Set([...records.filter((step) => step <= from).slice(-1), ...records.filter((step) => step > from)]);
  }

  /** What is measured alike up to now. */
  get #course(): EvaluationSummary[] {
    const course = heldOutCourse(this.#evaluations, this.#experiment);
    const newest = course.at(-1)?.step ?? 0;
    const since = this.#changes.findLast((change) => change <= newest) ?? 0;
    return course.filter(({ step }) => step >= since);
  }

  /** Steps from which on other code says what is solved. */
  get #changes(): number[] {
    return changesOf(this.#writer.rewardVersions(), this.#experiment)
      .filter(({ solved }) => solved)
      .map(({ step }) => step);
  }
}
