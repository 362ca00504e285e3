/** Runs the terminal door as a person's shell does: as a process of its own. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Longer than any command here takes on a busy machine. */
const HANG_LIMIT_MS = 120_000;

const door = fileURLToPath(new URL('../../src/engine/cli.ts', import.meta.url));

/** `rlvr <args>` in the folder `cwd`, without a terminal. */
export function rlvr(args: readonly string[], cwd: string): Promise<CommandResult> {
  const env = { ...process.env, TZ: 'UTC', npm_execpath: undefined };
  const options = ['--disable-warning=ExperimentalWarning'];
  const child = spawn(process.execPath, [...options, door, ...args], { cwd, env, timeout: HANG_LIMIT_MS, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** The objects of `--json` output, one per line. */
export function jsonLines(text: string): Record<string, unknown>[] {
  assertEnds(text);
  return text
    .split('\n')
    .slice(0, -1)
    .map((line): Record<string, unknown> => Object.fromEntries(Object.entries(parseObject(line))));
}

function assertEnds(text: string): void {
  if (text !== '' && !text.endsWith('\n')) throw new Error(`the last line is cut: ${text.slice(-80)}`);
}

function parseObject(line: string): object {
  const value: unknown = JSON.parse(line);
  if (typeof value !== 'object' || value === null) throw new Error(`no object: ${line}`);
  return value;
}
