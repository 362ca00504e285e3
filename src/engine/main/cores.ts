/** How many cores the machine has, and how many of them engines share. */
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

const LINUX_CPUS = '/sys/devices/system/cpu';

/**
 * The cores that engines take turns at: all but one, which is left to the editor and whatever else a person does. Matrix products keep
 * a core's units busy from one thread, so its second hardware thread is no further core.
 */
export function coresForEngines(): number {
  const logical = availableParallelism();
  return Math.max(1, Math.min(physicalCores(logical), logical) - 1);
}

function physicalCores(logical: number): number {
  if (process.platform === 'linux') return countSiblingSets(siblingLists(LINUX_CPUS)) ?? logical;
  // No cheap call tells on Windows; its x64 processors have two threads a core almost without exception. Other ones have one.
  return process.platform === 'win32' && process.arch === 'x64' ? Math.ceil(logical / 2) : logical;
}

/** For each logical processor that is on, the list of those it shares its core with, such as `0,8`. */
function siblingLists(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => /^cpu\d+$/.test(name))
      .map((name) => readSiblings(join(folder, name)));
  } catch {
    return [];
  }
}

function readSiblings(cpu: string): string {
  try {
    return readFileSync(join(cpu, 'topology/thread_siblings_list'), 'utf8').trim();
  } catch {
    return '';
  }
}

/** One for each set of siblings; null where there is none to count. */
export function countSiblingSets(lists: readonly string[]): number | null {
  const sets = new Set(lists.filter((list) => list !== ''));
  return sets.size === 0 ? null : sets.size;
}
