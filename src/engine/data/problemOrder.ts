/** In which order the problems of one task are drawn, as the sampler asks for them. */

/** What a task draws follows from (seed, step, what was drawn before) alone, so that a resumed run draws what the uninterrupted one would. */
export interface ProblemOrder {
  /**
   * The problems, by index into the whole training part, that a step could draw of this task, without end.
   * @param before drawn by the steps before this one; further ones of dynamic sampling do not count
   * @param regular how many of the sequence are the step's own share; what follows are further ones
   */
  sequence(step: number, before: number, regular: number): Iterable<number>;
  /** Passes over the task's problems that so many draws make, with the fraction of the last. */
  epochAfter(drawn: number): number;
}

/** The problems of one task. */
export interface ProblemRange {
  /** Index of the first into the whole training part. */
  readonly start: number;
  readonly count: number;
  /** Place of the task among the tasks, from 0; decides its random numbers. */
  readonly task: number;
}
