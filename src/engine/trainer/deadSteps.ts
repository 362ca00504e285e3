/** Notices when a run goes on without learning: steps in which no group had an advantage move nothing. */

/** Dead steps in a row before it is said: one or two are bad luck. */
const PATIENCE = 5;

export class DeadSteps {
  #inARow = 0;
  #everLearned = false;

  /** What to say after a step: once for each long row of dead ones, and after the `last` step of a run that learned nothing at all. */
  warning(learned: boolean, last: boolean): string | null {
    this.#inARow = learned ? 0 : this.#inARow + 1;
    this.#everLearned ||= learned;
    const said = this.#inARow === PATIENCE || (last && !this.#everLearned && this.#inARow < PATIENCE);
    if (!said) return null;
    return (
      `In the last ${this.#inARow === 1 ? 'step' : `${this.#inARow} steps`} the completions of every group scored alike, so nothing was ` +
      'learned. Where all are wrong take easier problems, where all are right harder ones; a larger rollout.groupSize and a reward with ' +
      'more grades tell more completions apart.'
    );
  }
}
