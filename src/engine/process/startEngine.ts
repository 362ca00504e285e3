/** How an editor starts an engine: a process of its own, which goes on when the editor is gone. */
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { engineEnvironment } from './engineEnvironment.ts';

export interface StartEngineOptions {
  /** The program that runs it: `process.execPath`, or another Node. */
  readonly node: string;
  /** The program is the editor's own, Electron. */
  readonly electron: boolean;
  /** `main.js`. */
  readonly door: string;
  /** The engine's own folder, with its `launch.json`. It works in it, so that it holds no other folder fast. */
  readonly sessionDir: string;
  /** The editor's; the engine gets what `engineEnvironment` leaves of it. */
  readonly environment: NodeJS.ProcessEnv;
  /** What it prints is added to this file. Not to a pipe: that would break when the editor is gone, and the engine with it. */
  readonly outputFile: string;
}

export interface StartedEngine {
  /** undefined where it could not be started; `ended` says why. */
  readonly pid: number | undefined;
  /** Resolves, if the editor lives as long, when the process has ended. Never rejects, and keeps no editor alive. */
  readonly ended: Promise<EngineExit>;
}

export interface EngineExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why the process could not be started; null where it was. */
  readonly startFailure: string | null;
}

/** Starts `main.js <sessionDir>`. Throws only where the output file cannot be opened. */
export function startEngine(options: StartEngineOptions): StartedEngine {
  const output = openSync(options.outputFile, 'a', 0o600);
  try {
    const child = spawn(options.node, [...NODE_ARGUMENTS, options.door, options.sessionDir], {
      cwd: options.sessionDir,
      detached: true,
      env: engineEnvironment(options.environment, { electron: options.electron }),
      stdio: ['ignore', output, output],
      windowsHide: true,
    });
    const ended = new Promise<EngineExit>((resolve) => {
      child.once('error', (error) => {
        // Also emitted when a signal cannot be sent; only a child without an id was never started.
        if (child.pid === undefined) resolve({ code: null, signal: null, startFailure: error.message });
      });
      child.once('exit', (code, signal) => resolve({ code, signal, startFailure: null }));
    });
    child.unref();
    return { pid: child.pid, ended };
  } finally {
    closeSync(output);
  }
}

const NODE_ARGUMENTS = [
  // node:sqlite announces itself on stderr.
  '--disable-warning=ExperimentalWarning',
  // Errors name our files and lines, not the bundle's.
  '--enable-source-maps',
];
