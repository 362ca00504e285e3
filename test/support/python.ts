/** The Python of tests that hold what we write against the real thing; they are skipped where it is not there. */
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';

/** Names the interpreter that has the packages, such as that of a virtual environment. */
const VARIABLE = 'RLVR_TEST_PYTHON';
const LIMIT_MS = 180_000;

/** The interpreter, or why a test that needs these modules is skipped. */
export function pythonWith(...modules: readonly string[]): { readonly python: string; readonly skip: string | false } {
  const python = process.env[VARIABLE] ?? 'python3';
  const { status } = spawnSync(python, ['-c', `import ${['sys', ...modules].join(', ')}`], { timeout: LIMIT_MS });
  const skip = status === 0 ? false : `no Python with ${modules.join(', ')}; ${VARIABLE} names one`;
  return { python, skip };
}

export interface PythonOptions {
  readonly cwd?: string;
  /** What it finds on its standard input. */
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** What a script prints as JSON on its last line. @throws Error with what it said where it fails */
export function runPython(
  python: string,
  script: string,
  args: readonly string[],
  options: PythonOptions = {},
): unknown {
  const { cwd, input } = options;
  const { status, stdout, stderr } = spawnSync(python, ['-c', script, ...args], {
    cwd,
    input,
    env: environment(options),
    encoding: 'utf8',
    timeout: LIMIT_MS,
  });
  if (status !== 0) throw new Error(`Python ended with ${status}:\n${stderr}`);
  return lastLine(stdout);
}

/** The same of a script that asks a server of this process, which answers meanwhile. Rejects where it fails. */
export async function runPythonBeside(python: string, script: string, options: PythonOptions = {}): Promise<unknown> {
  const { cwd } = options;
  const limits = { cwd, env: environment(options), timeout: LIMIT_MS };
  const { stdout } = await promisify(execFile)(python, ['-c', script], limits);
  return lastLine(stdout);
}

function environment({ env = {} }: PythonOptions): NodeJS.ProcessEnv {
  return { ...process.env, PYTHONDONTWRITEBYTECODE: '1', HF_HUB_OFFLINE: '1', ...env };
}

function lastLine(stdout: string): unknown {
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
}
