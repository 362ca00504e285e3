/** What a window has of engines, without an editor: real engine processes, on tiny experiments. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { ENDPOINT_FILE, endpointSchema, type Job } from '../../src/engine/protocol/link.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import type { EngineHandle } from '../../src/extension/engine/engineHandle.ts';
import {
  Engines,
  type EngineEnded,
  type EngineResumed,
  type EnginesOptions,
} from '../../src/extension/engine/engines.ts';
import { runsDir, writeExperiment, type Changes, type Project } from './trainingProject.ts';

/** The folder of sessions. Engines of other tests, and of the user, are not met: they would queue for one another's cores. */
export function makeSessionsFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'rlvr-window-')));
  process.env['XDG_RUNTIME_DIR'] = folder;
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const sessionsDir = join(folder, 'engines');
  mkdirSync(sessionsDir);
  return sessionsDir;
}

export type TrainJob = Extract<Job, { kind: 'train' }>;

export function trainJob(project: Project, changes: Changes = {}): TrainJob {
  return {
    kind: 'train',
    experimentPath: writeExperiment(project, changes),
    overrides: [],
    runsDir: runsDir(project),
  };
}

/** A run that still goes on when a test has seen enough. */
export const LONG: Changes = { training: { steps: 5000 }, evaluation: { every: 0 }, checkpoint: { every: 5000 } };

export interface Window {
  readonly engines: Engines;
  readonly ended: EngineEnded[];
  readonly resumed: EngineResumed[];
  /** The states that each engine went through, by its id. */
  readonly states: ReadonlyMap<string, string[]>;
}

/** A window; at the end of the test it is closed, and what works in it is stopped. */
export function openWindow(t: TestContext, sessionsDir: string, changes: Partial<EnginesOptions> = {}): Window {
  const engines = new Engines({
    sessionsDir,
    lease: { whenAlone: 'keepFor', minutes: 1 },
    node: () => null,
    mayRun: () => true,
    isOurs: () => true,
    lastStep: async (runDir) => Promise.resolve(lastStepOf(runDir)),
    timings: { resumeWaits: [10, 20, 30] },
    ...changes,
  });
  t.after(async () => {
    await Promise.all(engines.handles.map((handle) => handle.stop()));
    engines.dispose();
  });
  const ended: EngineEnded[] = [];
  const resumed: EngineResumed[] = [];
  const states = new Map<string, string[]>();
  engines.onDidEnd((end) => ended.push(end));
  engines.onDidResume((crash) => resumed.push(crash));
  engines.onDidChange((handle) => {
    const seen = states.get(handle.id) ?? [];
    if (seen.at(-1) !== handle.state.state) seen.push(handle.state.state);
    states.set(handle.id, seen);
  });
  return { engines, ended, resumed, states };
}

export function lastStepOf(runDir: string): number | null {
  const reader = RunReader.open(runDir);
  try {
    return reader.state().lastStep;
  } finally {
    reader.close();
  }
}

/** Resolves when `condition` holds of the engine, at once or after a change. Rejects when its work ends before. */
export function whenEngine(handle: EngineHandle, condition: (handle: EngineHandle) => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      if (condition(handle)) resolve();
    };
    handle.onDidChange(look);
    void handle.ended.then((end) => {
      reject(new Error(`the engine ended before: ${JSON.stringify(end)}`));
    });
    look();
  });
}

/** The process of an engine; null before it listens. */
export function enginePid(sessionsDir: string, { id }: EngineHandle): number | null {
  try {
    const json = readFileSync(join(sessionsDir, id, ENDPOINT_FILE), 'utf8');
    return endpointSchema.parse(JSON.parse(json)).pid;
  } catch {
    return null;
  }
}

/** The process and all that it has started, as far as the system tells (Linux). */
export function processTree(pid: number): number[] {
  if (process.platform !== 'linux') return [pid];
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((candidate) => parentOf(candidate) === pid);
  return [pid, ...children.flatMap(processTree)];
}

function parentOf(pid: number): number | null {
  try {
    // After the program's name, which is in parentheses and may hold anything: state, parent.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return null;
  }
}
