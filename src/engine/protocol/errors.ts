/**
 * An error the user can act on: the message says what is wrong, where, and what to do next.
 * Doors print the message without a stack trace and exit with 1.
 */
export class UserError extends Error {
  override readonly name: string = 'UserError';
}

/** A mistake in how a command was called (exit code 2). */
export class UsageError extends UserError {
  override readonly name = 'UsageError';
}
