/** Runs the terminal door as a person's shell does: as a process of its own. */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

export interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Longer than any command here takes on a busy machine. */
const HANG_LIMIT_MS = 180_000;

const door = fileURLToPath(new URL('../../src/engine/cli.ts', import.meta.url));

/** Starts `rlvr <args>` in the folder `cwd`, with pipes in place of a terminal. */
export function start(
  args: readonly string[],
  cwd: string,
  variables: NodeJS.ProcessEnv = {},
): ChildProcessByStdio<null, Readable, Readable> {
  const nodeOptions = ['--disable-warning=ExperimentalWarning'];
  // What depends on the machine or on how the tests were started is the same for all.
  const env = { ...process.env, TZ: 'UTC', npm_execpath: undefined, ...variables };
  return spawn(process.execPath, [...nodeOptions, door, ...args], {
    cwd,
    env,
    timeout: HANG_LIMIT_MS,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Runs `rlvr <args>` to its end. */
export async function rlvr(args: readonly string[], cwd: string): Promise<Result> {
  return finish(start(args, cwd));
}

/** Waits for the end of a started command; `onOutput` sees stdout as it comes, all of it so far. */
export function finish(
  child: ChildProcessByStdio<null, Readable, Readable>,
  onOutput: (stdout: string) => void = () => {},
): Promise<Result> {
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => onOutput((stdout += chunk)));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** The objects of `--json` output, one per line. */
export function jsonLines(stdout: string): Readonly<Record<string, unknown>>[] {
  if (!stdout.endsWith('\n')) throw new Error(`the last line is cut: ${stdout.slice(-80)}`);
  return stdout
    .slice(0, -1)
    .split('\n')
    .map((line) => {
      const value: unknown = JSON.parse(line);
      if (typeof value !== 'object' || value === null) throw new Error(`not an object: ${line}`);
      return Object.fromEntries(Object.entries(value));
    });
}
