/**
 * Children lead a process group of their own (POSIX), for two reasons: a Ctrl-C in the terminal reaches the engine alone,
 * which then ends its children in order; and whatever a child started is ended with it.
 */
export const LEADS_GROUP = process.platform !== 'win32';

/** SIGKILL to the process `pid` and to what it started, as far as that stayed in its group. Gone already is fine. */
export function killGroup(pid: number): void {
  try {
    process.kill(LEADS_GROUP ? -pid : pid, 'SIGKILL');
  } catch (error) {
    // macOS answers EPERM for a group in which only zombies are left.
    if (!hasCode(error, 'ESRCH') && !hasCode(error, 'EPERM')) throw error;
  }
}

/** Whether a process of this id is there (on POSIX a zombie is). */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !hasCode(error, 'ESRCH');
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
