/**
 * Names of files that are being written, in folders that other processes, machines and programs write to as well: who writes one is said
 * by its name, so that what a writer left behind is told from what is still written, and both from what other programs write.
 */
import { createHash } from 'node:crypto';
import { hostname } from 'node:os';

/** This machine or container: others that share the folder have processes of the same numbers. */
const HOST = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);

const WRITTEN = /^(.*)\.([0-9a-f]{8})\.(\d+)\.incomplete$/s;

/** What this process writes until it is `file`. */
export function unfinished(file: string): string {
  return `${file}.${HOST}.${process.pid}.incomplete`;
}

/** The file that another name was to become, where its writer is gone; null where it is written still, by another machine, or no such name. */
export function leftBehind(name: string): string | null {
  const [, file, host, writer] = WRITTEN.exec(name) ?? [];
  return file !== undefined && host === HOST && !isRunning(Number(writer)) ? file : null;
}

/** Whether another process has this id. What carries our own id is from an earlier process that had it, or ours to go on with. */
function isRunning(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Another user's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
