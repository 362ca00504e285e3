/** What a soak has left behind: processes, open files, temporary files (Linux only). */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { runningProcesses } from '../workbench/processes.ts';
import type { Room } from './room.ts';

/** Those processes, besides this one, that work in the room, name it or have their temporary files in it. */
export function processesOf({ folder }: Pick<Room, 'folder'>): string[] {
  return runningProcesses()
    .filter(({ pid, args }) => pid !== process.pid && [...args, ...placesOf(pid)].some((text) => text.includes(folder)))
    .map(({ pid, args }) => `${pid} ${args.join(' ')}`);
}

function placesOf(pid: number): string[] {
  try {
    return [readlinkSync(`/proc/${pid}/cwd`), readFileSync(`/proc/${pid}/environ`, 'utf8')];
  } catch {
    // It has ended, or is another user's.
    return [];
  }
}

/** How many files and sockets this process has open. */
export function openHandles(): number {
  return readdirSync('/proc/self/fd').length;
}

/** What engines print is kept for a day where they failed. */
const KEPT = /^[^/]+(\/engine\.out)?$/;

/** What lies in the room's temporary folder, and in sessions of engines beside what is kept of those that failed. */
export function temporaryFiles({ temporary, sessionsDir }: Pick<Room, 'temporary' | 'sessionsDir'>): string[] {
  const sessions = readdirSync(sessionsDir, { recursive: true, encoding: 'utf8' });
  return [...readdirSync(temporary), ...sessions.filter((path) => !KEPT.test(path))];
}
