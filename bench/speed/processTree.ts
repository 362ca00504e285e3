/** The processes that a process has started, and what they hold in memory together (Linux only). */
import { readdirSync, readFileSync } from 'node:fs';

const BYTES_PER_KIB = 1024;

/**
 * Bytes of memory that a process and all it started take: what they share with each other or with other programs is counted in parts
 * (proportional set size). null where the system does not say it.
 */
export function treeBytes(root: number): number | null {
  const sizes = [root, ...descendants(root)].flatMap((pid) => proportionalBytes(pid) ?? []);
  return sizes.length === 0 ? null : sizes.reduce((sum, bytes) => sum + bytes, 0);
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
