/**
 * An error the user can act on: the message says what is wrong, where, and what to do next.
 * Doors print the message without a stack trace and exit with 1.
 */
export class UserError extends Error {
  override readonly name: string = 'UserError';
}

/** Where a person asks for access to a repository of the hub. */
export interface NoAccess {
  /** `owner/name`. */
  readonly name: string;
  readonly page: string;
  /** Whether its owner lets in who accepts its terms; otherwise it is private, or is not there at all. */
  readonly isGated: boolean;
}

/** What the hub does not give to whoever asks, with this token or without one. */
export class NoAccessError extends UserError {
  readonly noAccess: NoAccess;

  constructor(message: string, noAccess: NoAccess) {
    super(message);
    this.noAccess = noAccess;
  }
}

/** A mistake in how a command was called (exit code 2). */
export class UsageError extends UserError {
  override readonly name = 'UsageError';
}

/** The compute process was lost with the machine that it was on: what it did can be done again on another. */
export class ComputeLostError extends UserError {
  override readonly name = 'ComputeLostError';

  /** In a line. */
  get reason(): string {
    return this.message.trim().split('\n')[0] ?? '';
  }
}

/**
 * What was computed when a value came out that is NaN or infinite; `demonstration`: the first that supervised training asks of a policy in a
 * step; `advantage`: an update from rewards that are too large.
 */
export type NonFinitePlace = 'rollout' | 'evaluation' | 'score' | 'demonstration' | 'update' | 'advantage';

/** A policy's probabilities, loss or gradient are no numbers: nothing that follows from them may be kept. */
export class NonFiniteError extends UserError {
  override readonly name = 'NonFiniteError';
  readonly place: NonFinitePlace;
  /** In the key of what was computed: of an evaluation the last step that its policy was trained in, else the step under way. */
  readonly step: number;

  constructor(message: string, { place, step }: Pick<NonFiniteError, 'place' | 'step'>) {
    super(message);
    this.place = place;
    this.step = step;
  }
}
