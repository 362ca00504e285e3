/**
 * A thread inside each child that ends the whole process when its engine is gone or when it takes too much memory. A
 * thread, because the main thread may be in an endless loop or a blocking call and would never notice; inside the child,
 * because only there both can be seen on every platform.
 */
import { writeSync } from 'node:fs';
import { Worker, workerData } from 'node:worker_threads';
import { isAlive, killGroup } from './processGroup.ts';
import { removeWorkFolder } from './workFolder.ts';

/** Memory can grow by about 1 GB/s, so this bounds the overshoot to some 100 MB; a check costs some 20 microseconds. */
const CHECK_MS = 100;
const STANDARD_ERROR = 2;

/** Written to standard error before a process is ended for its memory: how it ended does not tell that apart from other ends. */
export const MEMORY_LIMIT_LINE = 'The watchdog ended this process, which took more memory than its limit.';

export interface WatchdogLimits {
  /** Resident memory of the process, all threads; null sets no limit. */
  readonly rssBytes: number | null;
  /** A folder that is removed when the engine, which else would do so, is gone; null removes none. */
  readonly folder: string | null;
}

/**
 * Starts the thread and resolves once it runs. `door` is the `import.meta.url` of the entry file, which must call
 * `runWatchdog` when it finds itself in a worker thread: so a bundle needs no further file.
 */
export function startWatchdog(door: string, limits: WatchdogLimits): Promise<void> {
  const worker = new Worker(new URL(door), { workerData: { ...limits, parent: process.ppid } });
  worker.unref();
  return new Promise((resolve, reject) => {
    worker.once('online', resolve);
    worker.once('error', reject);
  });
}

/** The thread's own side. */
export function runWatchdog(): void {
  const { rssBytes, folder, parent } = parseWorkerData(workerData);
  setInterval(() => {
    // The second test is for Windows, where an orphan keeps its parent's id.
    const orphaned = process.ppid !== parent || !isAlive(parent);
    if (orphaned && folder !== null) removeWorkFolder(folder);
    const overLimit = rssBytes !== null && process.memoryUsage.rss() > rssBytes;
    if (overLimit) sayMemoryLimit();
    if (orphaned || overLimit) killGroup(process.pid);
  }, CHECK_MS);
}

function sayMemoryLimit(): void {
  try {
    writeSync(STANDARD_ERROR, `${MEMORY_LIMIT_LINE}\n`);
  } catch {
    // A pipe that is full or closed: the process is ended without a word.
  }
}

function parseWorkerData(data: unknown): WatchdogLimits & { readonly parent: number } {
  if (typeof data === 'object' && data !== null && 'rssBytes' in data && 'folder' in data && 'parent' in data) {
    const { rssBytes, folder, parent } = data;
    const isFolder = folder === null || typeof folder === 'string';
    if ((rssBytes === null || typeof rssBytes === 'number') && isFolder && typeof parent === 'number')
      return { rssBytes, folder, parent };
  }
  throw new Error('The watchdog thread was started without its limits; start it with startWatchdog.');
}
