/** Runs a program of the machine to its end and collects what it prints; for short helpers such as git, never for user code. */
import { execFile } from 'node:child_process';

export interface ProgramResult {
  readonly exitCode: number;
  readonly stdout: Buffer;
}

export interface ProgramOptions {
  readonly cwd: string;
  /** Milliseconds after which the program is killed. */
  readonly timeout: number;
  /** Bytes of output after which the program is killed. */
  readonly maxOutput: number;
  /** Variables set or replaced beside this process's own. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** The result, or null where the program is not there, ran out of its time or output, or was killed. No shell is involved. */
export function runProgram(
  file: string,
  args: readonly string[],
  options: ProgramOptions,
): Promise<ProgramResult | null> {
  return new Promise((resolve) => {
    const { cwd, timeout, maxOutput: maxBuffer, environment } = options;
    const settings = {
      cwd,
      timeout,
      maxBuffer,
      env: { ...process.env, ...environment },
      encoding: 'buffer',
      windowsHide: true,
    } as const;
    const child = execFile(file, args, { ...settings, killSignal: 'SIGKILL' }, (error, stdout) => {
      if (error === null) resolve({ exitCode: 0, stdout });
      // A number is the program's own verdict; a string such as ENOENT, or a signal, is that it never gave one.
      else resolve(typeof error.code === 'number' ? { exitCode: error.code, stdout } : null);
    });
    child.stdin?.end();
  });
}
