/**
 * Engines queue for the machine's cores, over all windows of a user. Each core is a file with the operating system's lock on it, and
 * so is each engine's place in the queue: what an engine had is free the moment its process is gone, however it went. Runs of
 * a terminal do not queue.
 */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isFileLocked, takeFileLock, type FileLock } from '../run/lock.ts';

/** Milliseconds between two looks: a run lasts minutes, and a look opens a few files. */
const LOOK_MS = 200;

/** Milliseconds between two tries at the lock that is held for a few of them. */
const DESK_MS = 5;

export interface CoreQueueOptions {
  /** Where the locks are; the same for all engines of a user. */
  readonly folder: string;
  /** How many cores there are to share. */
  readonly cores: number;
  readonly signal: AbortSignal;
  /** Called once, when it is clear that there is something to wait for. */
  readonly onWait: () => void;
}

/**
 * Waits for its turn, then for `threads` cores (0: all of them; more than there are: all of them), as they come free. They are held until
 * the lock that this resolves with is released, or the process ends. Rejects when the signal aborts.
 */
export async function queueForCores(threads: number, options: CoreQueueOptions): Promise<FileLock> {
  const { folder, cores, signal, onWait } = options;
  const wanted = Math.max(1, Math.min(threads === 0 ? cores : threads, cores));
  const held = new Map<number, FileLock>();
  const release = (): void => held.forEach((lock) => lock.release());
  mkdirSync(folder, { recursive: true });
  const place = await takePlace(folder, signal);
  try {
    for (let looks = 0; ; looks++) {
      if (place.isFirst()) collect(folder, cores, wanted, held);
      if (held.size === wanted) return { release };
      if (looks === 0) onWait();
      await sleep(LOOK_MS, undefined, { signal });
    }
  } catch (error) {
    release();
    throw error;
  } finally {
    place.leave();
  }
}

/** Takes what cores are free, until there are as many as wanted. */
function collect(folder: string, cores: number, wanted: number, held: Map<number, FileLock>): void {
  for (let core = 0; core < cores && held.size < wanted; core++) {
    const lock = held.has(core) ? null : takeFileLock(join(folder, `core-${core}`), 0);
    if (lock) held.set(core, lock);
  }
}

interface Place {
  /** Nobody who still waits came earlier. */
  isFirst(): boolean;
  leave(): void;
}

/** Draws the next number. Only one engine at a time does so, which is also when numbers of dead engines are thrown away. */
async function takePlace(folder: string, signal: AbortSignal): Promise<Place> {
  const desk = await takeWhenFree(join(folder, 'desk'), signal);
  try {
    for (const number of places(folder))
      if (!isFileLocked(placeFile(folder, number))) throwAway(placeFile(folder, number));
    const number = Math.max(0, ...places(folder)) + 1;
    const file = placeFile(folder, number);
    const lock = await takeWhenFree(file, signal);
    return {
      isFirst: () => !places(folder).some((other) => other < number && isFileLocked(placeFile(folder, other))),
      leave: () => {
        lock.release();
        throwAway(file);
      },
    };
  } finally {
    desk.release();
  }
}

/** Where another engine looks at the file just now, Windows refuses; what stays is nobody's, and goes when the next one comes. */
function throwAway(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // Nothing that a run has to end for.
  }
}

/** Another engine that looks at a file has it for an instant, too. */
async function takeWhenFree(file: string, signal: AbortSignal): Promise<FileLock> {
  for (;;) {
    const lock = takeFileLock(file, 0);
    if (lock) return lock;
    await sleep(DESK_MS, undefined, { signal });
  }
}

function places(folder: string): number[] {
  return readdirSync(folder).flatMap((name) => {
    const number = /^place-(\d+)$/.exec(name)?.[1];
    return number === undefined ? [] : [Number(number)];
  });
}

function placeFile(folder: string, number: number): string {
  return join(folder, `place-${number}`);
}
