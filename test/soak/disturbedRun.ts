/** One run of a soak, from its start to its end, whatever befalls it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { isLive, type EngineEnd, type EngineHandle } from '../../src/extension/engine/engineHandle.ts';
import { treeBytes } from '../../bench/speed/processTree.ts';
import type { Fault } from './faults.ts';
import type { Recipe } from './recipes.ts';
import type { Room } from './room.ts';
import { processesOfEngine, type Window } from './window.ts';

/** A fault that struck. */
export interface Blow {
  readonly fault: string;
  /** Where the run stood, as its window saw it. */
  readonly phase: string;
  readonly step: number | null;
  /** Until the fault was over; of a stop: until nothing computed any more. */
  readonly milliseconds: number;
}

export interface DisturbedRun {
  readonly dir: string;
  readonly blows: readonly Blow[];
  /** What engines said that ended before the run was done, with how often. */
  readonly ends: ReadonlyMap<string, number>;
  /** The most that an engine and its children held in memory, in bytes. */
  readonly peakBytes: number;
}

export interface Disturbance {
  readonly faults: readonly Fault[];
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Mean of the milliseconds between two faults. */
  readonly pauseMs: number;
  /** No fault after that many. */
  readonly limit: number;
}

/** The share of faults that may strike while a run is loaded. */
const WHILE_LOADING = 0.2;
const LOADING = { phase: 'load' } as const;
const LOOK_MS = 20;

/** An engine that ends again and again without a fault would do so for ever. */
const UNEXPECTED_ENDS = 2;

/** @throws Error where the run ends although nothing befell it */
export async function disturbedRun(
  recipe: Recipe,
  runsDir: string,
  { room, window }: { readonly room: Room; readonly window: Window },
  { faults, random, pauseMs, limit }: Disturbance,
): Promise<DisturbedRun> {
  const blows: Blow[] = [];
  const ends = new Map<string, number>();
  let peakBytes = 0;
  let dir: string | null = null;
  let struck = false;
  let unexpected = 0;
  // Before there is a run, as a person does whose start failed; else as one who resumes.
  const start = (): Promise<EngineHandle> =>
    window.start(dir === null ? recipe.job(room, runsDir) : { kind: 'resume', runDir: dir });
  let handle = await start();
  for (;;) {
    const end = await Promise.race([handle.ended, nextMoment(handle, pauseMs, random)]);
    dir = handle.runDir ?? dir;
    if (!end) {
      const pids = await processesOfEngine(handle);
      if (pids !== null) peakBytes = Math.max(peakBytes, treeBytes(pids.engine) ?? 0);
      if (blows.length >= limit) continue;
      const fault = faults[Math.floor(random() * faults.length)];
      if (!fault) throw new Error('there is no fault to choose');
      const [phase, step] = [handle.phase?.phase ?? handle.state.state, handle.phase?.step ?? null];
      const begun = performance.now();
      if (!(await fault.strike({ room, window, handle }))) continue;
      blows.push({ fault: fault.name, phase, step, milliseconds: performance.now() - begun });
      struck = true;
      // After a reload another handle; none where the engine ended meanwhile, of which this one does not hear any more.
      if (isLive(handle)) handle = window.handle ?? (await start());
      continue;
    }
    if (end.outcome === 'finished' && dir !== null) return { dir, blows, ends, peakBytes };
    const said = describe(end);
    ends.set(said, (ends.get(said) ?? 0) + 1);
    unexpected = struck ? 0 : unexpected + 1;
    if (unexpected === UNEXPECTED_ENDS) throw new Error(`nothing befell the run, and it ended: ${said}`);
    struck = false;
    handle = await start();
  }
}

/** Resolves when the next fault may strike: after a while, and mostly not before the run is at a step, however slow the machine is. */
async function nextMoment(handle: EngineHandle, pauseMs: number, random: () => number): Promise<undefined> {
  const mayBeLoading = random() < WHILE_LOADING;
  await sleep(2 * pauseMs * random());
  while (!mayBeLoading && isLive(handle) && (handle.phase ?? LOADING).phase === 'load') await sleep(LOOK_MS);
}

function describe({ outcome, message, crashed }: EngineEnd): string {
  // What differs from run to run.
  const told = message?.replaceAll(/\/[^\s:,)]+/g, '…').replaceAll(/\d+/g, 'N') ?? '';
  return [crashed ? 'crashed' : outcome, told].filter((text) => text !== '').join(': ');
}
