/** The window of a soak: what an editor's host has of engines, without an editor, so that it can be reloaded at will. */
import { dirname } from 'node:path';
import type { Job } from '../../src/engine/protocol/link.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import type { EngineHandle } from '../../src/extension/engine/engineHandle.ts';
import { Engines } from '../../src/extension/engine/engines.ts';
import { readEndpoint } from '../../src/extension/engine/session.ts';
import { isRunning } from '../support/processes.ts';
import { descendants } from '../workbench/processes.ts';

/** Milliseconds before an engine that crashed is started again. */
const RESUME_WAITS = [50, 100, 200];

export class Window {
  readonly #sessionsDir: string;
  #engines: Engines;

  constructor(sessionsDir: string) {
    this.#sessionsDir = sessionsDir;
    this.#engines = this.#open();
  }

  /** The one engine that works; null where none does. */
  get handle(): EngineHandle | null {
    return this.#engines.handles[0] ?? null;
  }

  start(job: Exclude<Job, { kind: 'serve' }>): Promise<EngineHandle> {
    return this.#engines.start(job);
  }

  /** "Developer: Reload Window". Resolves when the engine that works is found. */
  async reload(): Promise<void> {
    this.#engines.dispose();
    this.#engines = this.#open();
    await this.#engines.attachAll();
  }

  close(): void {
    this.#engines.dispose();
  }

  #open(): Engines {
    return new Engines({
      sessionsDir: this.#sessionsDir,
      lease: { whenAlone: 'keepFor', minutes: 1 },
      node: () => null,
      mayRun: () => true,
      isOurs: () => true,
      lastStep: async (runDir) => Promise.resolve(lastStepOf(runDir)),
      timings: { resumeWaits: RESUME_WAITS },
    });
  }
}

export function lastStepOf(runDir: string): number | null {
  const reader = RunReader.open(runDir);
  try {
    return reader.state().lastStep;
  } finally {
    reader.close();
  }
}

export interface Processes {
  readonly engine: number;
  readonly compute: number | null;
  readonly graders: readonly number[];
  readonly all: readonly number[];
}

/** The processes of an engine; null where it has none just now. */
export async function processesOfEngine({ outputFile }: EngineHandle): Promise<Processes | null> {
  const engine = (await readEndpoint({ dir: dirname(outputFile) }))?.pid;
  if (engine === undefined || !isRunning(engine)) return null;
  const children = descendants(engine);
  const named = (program: RegExp): number[] =>
    children.filter(({ args }) => args.some((text) => program.test(text))).map(({ pid }) => pid);
  return {
    engine,
    compute: named(/\/compute\.(ts|js)$/)[0] ?? null,
    graders: named(/\/grader\.(ts|js)$/),
    all: [engine, ...children.map(({ pid }) => pid)],
  };
}
