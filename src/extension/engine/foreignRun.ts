/** Stopping a run that was not started by the editor. */
import { hostname } from 'node:os';
import { UserError } from '../../engine/protocol/errors.ts';
import type { WriterInfo } from '../../engine/run/runState.ts';

/**
 * Asks the writer of a run (a terminal's, say) to stop, as Ctrl-C does there: it ends within a second, resumable. Only for a run that
 * is being written at this moment: then, by its lock, the process is the one that the run names.
 * @throws UserError where it runs on another machine, is gone, or belongs to another user
 */
export function stopForeignRun(writer: WriterInfo): void {
  if (writer.host !== hostname()) {
    throw new UserError(`The run is being written on ${writer.host}; stop it there.`);
  }
  // A folder may say anything, and to the system such numbers are groups of processes.
  if (writer.pid <= 1) throw new UserError('The run does not say which process writes it.');
  try {
    process.kill(writer.pid, 'SIGTERM');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ESRCH') throw new UserError('The process that wrote the run has ended already.');
    if (code === 'EPERM') {
      throw new UserError(`Process ${writer.pid}, which writes the run, belongs to another user, who has to stop it.`);
    }
    throw error;
  }
}
