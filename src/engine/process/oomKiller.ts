/** The system's killer of processes where memory runs out: https://docs.kernel.org/admin-guide/mm/concepts.html#oom-killer. Linux only. */
import { readFileSync, writeFileSync } from 'node:fs';

/** Of 1000, added to the share of memory that the killer goes by: before an editor of the same size, after what asks for it with 1000. */
const FIRST = 500;

/** Has the killer take this process before those that a person would miss more. A courtesy: never fails. */
export function standFirst(): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', String(FIRST));
  } catch {
    // Another system, or a container that does not let it.
  }
}

/** How many processes it has killed since the system started, those in containers among them; 0 where nothing says so. */
export function oomKills(): number {
  try {
    return Number(/^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
