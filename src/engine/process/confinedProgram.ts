/**
 * Runs a program to its end that executes code which nobody has read: what a model wrote. It has a temporary folder, a scrubbed
 * environment and a process group of its own, which is killed afterwards, so that nothing it started is left.
 */
import { spawn } from 'node:child_process';
import { scrubEnvironment } from './environment.ts';
import { OutputTail } from './outputTail.ts';
import { killGroup, LEADS_GROUP } from './processGroup.ts';
import { workFolderEnvironment } from './workFolder.ts';

export interface ConfinedProgram {
  readonly file: string;
  readonly args: readonly string[];
  /** What it reads from its standard input. */
  readonly input: string;
  /** In which it works; the caller makes and removes it. */
  readonly workFolder: string;
  /** Variables beside those that are passed on. */
  readonly environment: Readonly<Record<string, string>>;
  /** Milliseconds after which it is killed. */
  readonly timeoutMs: number;
  /** Kills it at once. */
  readonly signal: AbortSignal;
}

export interface ConfinedEnd {
  /** `absent`: it could not be started. */
  readonly ending: 'exited' | 'timeout' | 'aborted' | 'absent';
  readonly code: number | null;
  readonly killedBy: NodeJS.Signals | null;
  /** The last of what it printed, or why it could not be started. */
  readonly output: string;
}

const OUTPUT_TAIL_BYTES = 4 * 1024;

/** Process groups that are there: they end with the engine. */
const live = new Set<number>();
process.on('exit', () => live.forEach(killGroup));

/** Never rejects. */
export function runConfined(program: ConfinedProgram): Promise<ConfinedEnd> {
  const { file, args, input, workFolder, environment, timeoutMs, signal } = program;
  return new Promise((resolve) => {
    const tail = new OutputTail(OUTPUT_TAIL_BYTES);
    const child = spawn(file, args, {
      cwd: workFolder,
      detached: LEADS_GROUP,
      env: { ...scrubEnvironment(process.env), HOME: workFolder, ...workFolderEnvironment(workFolder), ...environment },
      windowsHide: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const { pid } = child;
    if (pid !== undefined) live.add(pid);
    let ending: ConfinedEnd['ending'] = 'exited';
    const kill = (why: 'timeout' | 'aborted'): void => {
      if (ending === 'exited') ending = why;
      if (pid !== undefined && live.has(pid)) killGroup(pid);
    };
    const timer = setTimeout(() => kill('timeout'), timeoutMs);
    const abort = (): void => kill('aborted');
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    const finish = (code: number | null, killedBy: NodeJS.Signals | null): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      for (const stream of child.stdio) stream?.destroy();
      resolve({ ending, code, killedBy, output: tail.text() });
    };
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => tail.push(chunk));
    // It may be gone before it has read everything.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    child.once('error', (error) => {
      // Also emitted when a signal cannot be sent; only a child without an id was never started.
      if (pid !== undefined) return;
      ending = 'absent';
      tail.push(Buffer.from(error.message));
      finish(null, null);
    });
    // Not `close`: what it started may hold its pipes open.
    child.once('exit', (code, killedBy) => {
      if (pid !== undefined) {
        killGroup(pid);
        live.delete(pid);
      }
      setImmediate(() => finish(code, killedBy));
    });
  });
}
