/** What befalls a run in a soak. */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../../src/engine/protocol/errors.ts';
import type { EngineHandle } from '../../src/extension/engine/engineHandle.ts';
import type { Room } from './room.ts';
import { processesOfEngine, type Processes, type Window } from './window.ts';

export interface Scene {
  readonly room: Room;
  readonly window: Window;
  readonly handle: EngineHandle;
}

export interface Fault {
  readonly name: string;
  /** Why it cannot be had here; null where it can. */
  missing(room: Room): string | null;
  /** Resolves with whether it struck: there may be no such process at that moment. */
  strike(scene: Scene): Promise<boolean>;
}

const anywhere = (): null => null;

/** Milliseconds. */
const PAUSE_MS = 500;
const FROZEN_MS = 1000;
/** Until a run that cannot write has said so; one that evaluates or samples needs no room for a while. */
const FULL_MS = 2000;

export const FAULTS: readonly Fault[] = [
  ...ends('the engine', ({ engine }) => engine),
  ...ends('the compute process', ({ compute }) => compute),
  ...ends('a grader', ({ graders }) => graders[0] ?? null),
  {
    name: 'the run is stopped',
    missing: anywhere,
    strike: async ({ handle }) => {
      await handle.stop();
      return true;
    },
  },
  {
    name: 'the window is reloaded',
    missing: anywhere,
    strike: async ({ window }) => {
      await window.reload();
      return true;
    },
  },
  {
    name: 'the reward is swapped',
    missing: anywhere,
    strike: async ({ room, handle }) => {
      // Other code that scores the same, so that the run stays comparable.
      appendFileSync(join(room.project, 'reward.ts'), '// Read again.\n');
      try {
        await handle.swapRewards();
        return true;
      } catch (error) {
        // Between two steps only, and not while it starts or ends.
        if (error instanceof UserError) return false;
        throw error;
      }
    },
  },
  {
    name: 'the run is paused and goes on',
    missing: anywhere,
    strike: async ({ handle }) => {
      handle.pause();
      await sleep(PAUSE_MS);
      handle.continue();
      return true;
    },
  },
  {
    name: 'the machine sleeps',
    missing: anywhere,
    strike: async ({ handle }) => {
      const processes = await processesOfEngine(handle);
      if (processes === null) return false;
      for (const pid of processes.all) send(pid, 'SIGSTOP');
      await sleep(FROZEN_MS);
      for (const pid of processes.all) send(pid, 'SIGCONT');
      return true;
    },
  },
  {
    name: 'the disk is full',
    missing: ({ disk }) => disk.boundless,
    strike: async ({ room, handle }) => {
      room.disk.fill();
      try {
        await Promise.race([handle.ended, sleep(FULL_MS)]);
      } finally {
        room.disk.free();
      }
      return true;
    },
  },
];

/** A process that somebody or the system kills, and one that native code or a failed assertion ends. */
function ends(who: string, victim: (processes: Processes) => number | null): Fault[] {
  const crashes = (['SIGSEGV', 'SIGBUS', 'SIGABRT'] as const).map((signal) => ({
    name: `${who} ends with ${signal}`,
    signal,
  }));
  return [{ name: `${who} is killed`, signal: 'SIGKILL' as const }, ...crashes].map(({ name, signal }) => ({
    name,
    missing: anywhere,
    strike: async ({ handle }) => {
      const processes = await processesOfEngine(handle);
      const pid = processes && victim(processes);
      return pid !== null && send(pid, signal);
    },
  }));
}

/** Whether there was such a process. */
function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}
