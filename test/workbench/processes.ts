/** Processes of this machine, from Linux's `/proc`. */
import { readdirSync, readFileSync } from 'node:fs';

export interface RunningProcess {
  readonly pid: number;
  readonly parent: number;
  readonly args: readonly string[];
}

export function runningProcesses(): RunningProcess[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => readProcess(Number(pid)) ?? []);
}

/** The processes that come from one, at any distance. */
export function descendants(pid: number, among = runningProcesses()): RunningProcess[] {
  const children = among.filter(({ parent }) => parent === pid);
  return children.flatMap((child) => [child, ...descendants(child.pid, among)]);
}

/** null where it has gone meanwhile. */
function readProcess(pid: number): RunningProcess | null {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name before the last bracket may contain anything.
    const [state, parent] = status.slice(status.lastIndexOf(')') + 2).split(' ');
    const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
    return state === 'Z' ? null : { pid, parent: Number(parent), args };
  } catch {
    return null;
  }
}
