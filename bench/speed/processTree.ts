/** The processes that a process has started, and what they have used and hold in memory together (Linux only). */
import { readdirSync, readFileSync } from 'node:fs';

const BYTES_PER_KIB = 1024;
/** The unit of times in /proc, the same on every Linux that Node runs on (USER_HZ). */
const TICKS_PER_SECOND = 100;
/** Fields 14 to 17 of a process's `stat`: its user and system time, and those of its children that have ended. Field 2 may hold anything but ends in the last `)`. */
const PROCESS_TIMES = /.*\)(?: \S+){11} (\d+) (\d+) (\d+) (\d+)/s;

/**
 * Bytes of memory that a process and all it started take: what they share with each other or with other programs is counted in parts
 * (proportional set size). null where the system does not say it.
 */
export function treeBytes(root: number): number | null {
  const sizes = [root, ...descendants(root)].flatMap((pid) => proportionalBytes(pid) ?? []);
  return sizes.length === 0 ? null : sizes.reduce((sum, bytes) => sum + bytes, 0);
}

export interface TreeUsage {
  readonly cpuSeconds: number;
  /** From disks; what lay in the page cache is not among it. */
  readonly diskBytes: number;
}

/** What a process, all it started and those of them that have ended have used until now; null where the system does not say it. */
export function treeUsage(root: number): TreeUsage | null {
  const pids = [root, ...descendants(root)];
  const ticks = pids.flatMap((pid) => {
    const times = PROCESS_TIMES.exec(read(`/proc/${pid}/stat`));
    return times === null ? [] : times.slice(1).reduce((sum, time) => sum + Number(time), 0);
  });
  const bytes = pids.flatMap((pid) => {
    const amount = /^read_bytes: (\d+)/m.exec(read(`/proc/${pid}/io`))?.[1];
    return amount === undefined ? [] : Number(amount);
  });
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  return ticks.length === 0 ? null : { cpuSeconds: sum(ticks) / TICKS_PER_SECOND, diskBytes: sum(bytes) };
}

function descendants(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const pid of everyProcess()) {
    const parent = Number(/\)\s\S\s(\d+)/.exec(read(`/proc/${pid}/stat`))?.[1] ?? 0);
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const found: number[] = [];
  for (const pending = [root]; pending.length > 0;) {
    const own = children.get(pending.pop() ?? 0) ?? [];
    found.push(...own);
    pending.push(...own);
  }
  return found;
}

function everyProcess(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

function proportionalBytes(pid: number): number | null {
  const kib = /^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1];
  return kib === undefined ? null : BYTES_PER_KIB * Number(kib);
}

/** A process may end while it is looked at. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
