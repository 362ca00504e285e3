/** The memory of this process and all it started: anonymous pages, counted where they are private (Linux only). */
import { readdirSync, readFileSync } from 'node:fs';

const POLL_MS = 100;

export class MemoryWatch {
  /** Peaks in bytes by phase. */
  readonly peaks = new Map<string, number>();
  phase = 'load';
  readonly #timer: NodeJS.Timeout;

  constructor() {
    this.#timer = setInterval(() => this.#poll(), POLL_MS);
  }

  get peakBytes(): number {
    return Math.max(0, ...this.peaks.values());
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #poll(): void {
    const bytes = [process.pid, ...descendants(process.pid)].reduce((sum, pid) => sum + anonymousBytes(pid), 0);
    this.peaks.set(this.phase, Math.max(this.peaks.get(this.phase) ?? 0, bytes));
  }
}

function descendants(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const parent = Number(/\)\s\S\s(\d+)/.exec(read(`/proc/${name}/stat`))?.[1] ?? 0);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const found: number[] = [];
  for (const pending = [root]; pending.length > 0;) {
    const own = children.get(pending.pop() ?? 0) ?? [];
    found.push(...own);
    pending.push(...own);
  }
  return found;
}

function anonymousBytes(pid: number): number {
  return 1024 * Number(/^Anonymous:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0);
}

/** A process may end while it is looked at. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
