/** What processes have used of the machine, as Linux counts it. */
import { readFileSync } from 'node:fs';

export interface ProcessUsage {
  /** Processor time of the processes, and of the children of theirs that have ended. */
  readonly cpuSeconds: number;
  /** Sum of the most that each held in memory at once since it started, files that it has mapped among it: what all of them need at most. */
  readonly peakBytes: number;
}

/** Linux counts processor time for programs in hundredths of a second, whatever its own clock does (`USER_HZ`, proc(5)). */
const TICKS_PER_SECOND = 100;
const BYTES_PER_KIB = 1024;

/** Fields of `/proc/<pid>/stat` behind the name of the program: own time in user and system mode, and that of children that ended. */
const TIME_FIELDS = { first: 11, count: 4 } as const;

/**
 * Of this process and the others together; null where the system does not say it in this way, that is everywhere but on Linux. A process
 * that is gone by now is left out: its time is counted with this one's, whose child it was.
 */
export function usageWith(others: readonly number[]): ProcessUsage | null {
  const own = usageOf('self');
  if (own === null) return null;
  const all = [own, ...others.flatMap((pid) => usageOf(pid) ?? [])];
  return {
    cpuSeconds: all.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
    peakBytes: all.reduce((sum, { peakBytes }) => sum + peakBytes, 0),
  };
}

function usageOf(pid: number | 'self'): ProcessUsage | null {
  try {
    return parseUsage(readFileSync(`/proc/${pid}/stat`, 'utf8'), readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return null;
  }
}

/**
 * @param stat text of `/proc/<pid>/stat`
 * @param status text of `/proc/<pid>/status`; a process that has ended and was not waited for has no memory in it
 * @returns null where they are not written as proc(5) says
 */
export function parseUsage(stat: string, status: string): ProcessUsage | null {
  // The name of a program stands in brackets and may have brackets and blanks of its own.
  const fields = stat
    .slice(stat.lastIndexOf(')') + 1)
    .trim()
    .split(' ');
  const ticks = fields.slice(TIME_FIELDS.first, TIME_FIELDS.first + TIME_FIELDS.count).map(Number);
  if (ticks.length < TIME_FIELDS.count || !ticks.every(Number.isFinite)) return null;
  const peak = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  return {
    cpuSeconds: ticks.reduce((sum, each) => sum + each, 0) / TICKS_PER_SECOND,
    peakBytes: Number(peak ?? 0) * BYTES_PER_KIB,
  };
}
