import { UserError } from '../../engine/protocol/errors.ts';

/** Of an engine that answered something else than it was asked. */
export function wrongAnswer(): UserError {
  return new UserError('The engine gave an answer that does not fit its question. Reload the window, and try again.');
}
