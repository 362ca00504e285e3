/**
 * Runs of the demo to which something happens every few seconds, held against a run to which nothing happened: `npm run soak -- --help`.
 * Linux only, for it looks into /proc. Exit code 1 where a run differs, or anything is left over.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { uniforms } from '../../src/engine/random/keyed.ts';
import { disturbedRun, type Blow } from './disturbedRun.ts';
import { FAULTS } from './faults.ts';
import { openHandles, processesOf, temporaryFiles } from './leftovers.ts';
import { recipes } from './recipes.ts';
import { openRoom, type Room } from './room.ts';
import { differences, digestOf, type RunDigest } from './sameRun.ts';
import { until } from '../support/processes.ts';
import { Window } from './window.ts';

const USAGE = `Usage: npm run soak -- [options]

  --minutes N   no new run is begun after that many (60)
  --steps N     of each run (300)
  --pause N     mean of the seconds between two faults (4)
  --faults N    no fault after that many, over all runs (no limit)
  --only TEXT   faults whose names have this in them, such as killed (all)
  --seed N      of what happens when (0)
  --help        this text`;

const MINUTE_MS = 60_000;
const MEGABYTE = 1e6;

export interface SoakOptions {
  readonly minutes: number;
  readonly steps: number;
  readonly pauseMs: number;
  readonly faults: number;
  readonly only: string;
  readonly seed: number;
}

export interface SoakReport {
  readonly runs: number;
  readonly blows: readonly Blow[];
  /** What is wrong; nothing where all is well. */
  readonly problems: readonly string[];
}

/** @param say is told a line for each run, and the summary */
export async function soak(options: SoakOptions, say: (line: string) => void): Promise<SoakReport> {
  const room = openRoom();
  const window = new Window(room.sessionsDir);
  try {
    return await soakIn(room, window, options, say);
  } finally {
    await window.handle?.stop();
    window.close();
    room.remove();
  }
}

async function soakIn(
  room: Room,
  window: Window,
  options: SoakOptions,
  say: (line: string) => void,
): Promise<SoakReport> {
  const faults = FAULTS.filter(({ name }) => name.includes(options.only));
  const possible = faults.filter((fault) => fault.missing(room) === null);
  for (const fault of faults) {
    const reason = fault.missing(room);
    if (reason !== null) say(`Left out: ${fault.name}: ${reason}.`);
  }
  const deadline = performance.now() + options.minutes * MINUTE_MS;
  const random = uniforms(options.seed, 'shuffle', []);
  const expected = new Map<string, RunDigest>();
  const kinds = recipes(options.steps);
  const blows: Blow[] = [];
  const problems: string[] = [];
  const ends = new Map<string, number>();
  const memory: number[] = [];
  let handles: number | null = null;
  let runs = 0;
  do {
    const recipe = kinds[runs % kinds.length];
    if (!recipe) throw new Error('there is no recipe');
    const runsDir = join(room.disk.folder, `run-${runs}`);
    mkdirSync(runsDir);
    let reference = expected.get(recipe.name);
    if (!reference) {
      const straight = await disturbedRun(
        recipe,
        runsDir,
        { room, window },
        { faults: [], random, pauseMs: 1000, limit: 0 },
      );
      reference = digestOf(straight.dir);
      expected.set(recipe.name, reference);
      say(`${recipe.name}: the run to which nothing happens is done`);
    }
    // A bounded number of them strikes each kind of run.
    const limit = Math.min(options.faults - blows.length, Math.ceil(options.faults / kinds.length));
    const run = await disturbedRun(
      recipe,
      runsDir,
      { room, window },
      { faults: possible, random, pauseMs: options.pauseMs, limit },
    );
    runs++;
    blows.push(...run.blows);
    for (const [end, times] of run.ends) ends.set(end, (ends.get(end) ?? 0) + times);
    memory.push(run.peakBytes);
    const different = differences(digestOf(run.dir), reference);
    if (different.length > 0) problems.push(`run ${runs} (${recipe.name}) differs in its ${different.join(', ')}`);
    say(
      `run ${runs}, ${recipe.name}: ${run.blows.length} faults, ${different.length === 0 ? 'the same run' : `differs in its ${different.join(', ')}`}, peak ${megabytes(run.peakBytes)}`,
    );
    rmSync(runsDir, { recursive: true });
    // The first runs open what stays open.
    if (runs === kinds.length) handles = openHandles();
  } while (performance.now() < deadline && blows.length < options.faults);
  window.close();
  problems.push(...(await leftOver(room, handles)));
  for (const line of summary(blows, ends, memory)) say(line);
  for (const problem of problems) say(`PROBLEM: ${problem}`);
  return { runs, blows, problems };
}

/** Milliseconds within which all that an engine had is gone. */
const GONE_MS = 10_000;

async function leftOver(room: Room, handles: number | null): Promise<string[]> {
  const deadline = performance.now() + GONE_MS;
  await until(
    () => performance.now() > deadline || (processesOf(room).length === 0 && temporaryFiles(room).length === 0),
  );
  const more = handles === null ? 0 : openHandles() - handles;
  return [
    ...processesOf(room).map((text) => `a process is left: ${text}`),
    ...temporaryFiles(room).map((text) => `a temporary file is left: ${text}`),
    ...(more > 0 ? [`${more} more files or sockets are open than after the first runs`] : []),
  ];
}

function summary(blows: readonly Blow[], ends: ReadonlyMap<string, number>, memory: readonly number[]): string[] {
  const names = [...new Set(blows.map(({ fault }) => fault))].sort();
  return [
    `${blows.length} faults:`,
    ...names.map((name) => {
      const own = blows.filter(({ fault }) => fault === name);
      const phases = [...new Set(own.map(({ phase }) => phase))].sort();
      const counts = phases.map((phase) => `${phase} ${own.filter((blow) => blow.phase === phase).length}`);
      const longest = Math.max(...own.map(({ milliseconds }) => milliseconds));
      return `  ${name}: ${own.length} (${counts.join(', ')}), over within ${longest.toFixed(0)} ms`;
    }),
    'Engines that ended before the run was done said:',
    ...[...ends].map(([end, times]) => `  ${times} times: ${end}`),
    `Peaks of memory, run by run: ${memory.map(megabytes).join(', ')}.`,
  ];
}

function megabytes(bytes: number): string {
  return `${(bytes / MEGABYTE).toFixed(0)} MB`;
}

function soakArguments(args: readonly string[]): SoakOptions | null {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: text,
      steps: text,
      pause: text,
      faults: text,
      only: text,
      seed: text,
      help: { type: 'boolean' },
    },
  });
  if (values.help) return null;
  return {
    minutes: Number(values.minutes ?? 60),
    steps: Number(values.steps ?? 300),
    pauseMs: 1000 * Number(values.pause ?? 4),
    faults: Number(values.faults ?? Infinity),
    only: values.only ?? '',
    seed: Number(values.seed ?? 0),
  };
}

if (import.meta.main) {
  const options = soakArguments(process.argv.slice(2));
  if (options === null) console.log(USAGE);
  else {
    const began = performance.now();
    const { runs, blows, problems } = await soak(options, (line) => {
      console.log(`${((performance.now() - began) / MINUTE_MS).toFixed(1).padStart(5)} min  ${line}`);
    });
    console.log(`${runs} runs, ${blows.length} faults, ${problems.length} problems`);
    process.exit(problems.length === 0 ? 0 : 1);
  }
}
