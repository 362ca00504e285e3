/** Finds the Python of the user's that runs what is written in Python. */
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runProgram } from './program.ts';

export interface Python {
  /** The interpreter's own path, also where it was found through a launcher. */
  readonly executable: string;
  /** Such as "3.11.7". */
  readonly version: string;
}

/** `python` is null where `problem` says why, and what to do. */
export type PythonSearch =
  { readonly python: Python; readonly problem: null } | { readonly python: null; readonly problem: string };

/** The oldest that is still maintained, or was when this was written. */
const NEEDED_PYTHON = '3.9';

/** Variable of the environment that names one in a terminal. */
const PYTHON_VARIABLE = 'RLVR_PYTHON';

const ADVICE = `Name another in the setting "rlvr.pythonPath", in a terminal in ${PYTHON_VARIABLE}`;

/** A launcher on a cold disk takes seconds. */
const PROBE_TIMEOUT_MS = 20_000;
const MAX_PROBE_OUTPUT = 16 * 1024;
const PROBE = 'import sys; print(sys.executable); print("%d.%d.%d" % sys.version_info[:3])';

const WINDOWS = process.platform === 'win32';

/** Of interpreters that were asked; one that did not answer is asked again. */
const known = new Map<string, Python>();

let named: string | null = null;

/** The one that an editor has named; null takes it back. */
export function preferPython(executable: string | null): void {
  named = executable;
}

/**
 * The first that is there: the one that the editor or `RLVR_PYTHON` names, that of the virtual environment which is active, that of a
 * `.venv` in `folder` or above it in the same repository, and the one on the path. One that is named and does not work is a problem, and
 * no reason to take another.
 */
export async function findPython(folder: string): Promise<PythonSearch> {
  const asked = named ?? process.env[PYTHON_VARIABLE] ?? '';
  if (asked !== '') {
    const python = await probe(asked);
    return python === null ? { python, problem: `${asked} is no Python that starts. ${ADVICE}.` } : checked(python);
  }
  const candidates = [...environments(folder), ...(WINDOWS ? ['python', 'py'] : ['python3', 'python'])];
  for (const candidate of candidates) {
    const python = await probe(candidate);
    if (python !== null) return checked(python);
  }
  return { python: null, problem: `No Python was found. Install ${NEEDED_PYTHON} or later. ${ADVICE}.` };
}

function checked(python: Python): PythonSearch {
  const { executable, version } = python;
  if (isAtLeast(version, NEEDED_PYTHON)) return { python, problem: null };
  return { python: null, problem: `${executable} is Python ${version}; ${NEEDED_PYTHON} is needed. ${ADVICE}.` };
}

function isAtLeast(version: string, needed: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [neededMajor = 0, neededMinor = 0] = needed.split('.').map(Number);
  return major > neededMajor || (major === neededMajor && minor >= neededMinor);
}

function environments(folder: string): string[] {
  const active = process.env['VIRTUAL_ENV'];
  const folders = [...(active === undefined ? [] : [active]), ...foldersUp(folder).map((each) => join(each, '.venv'))];
  return folders
    .map((each) => join(each, ...(WINDOWS ? ['Scripts', 'python.exe'] : ['bin', 'python'])))
    .filter((each) => existsSync(each));
}

/** The folder and, in a repository, those above up to its root. */
function foldersUp(folder: string): string[] {
  const above: string[] = [];
  for (let each = folder; each !== dirname(each); each = dirname(each)) {
    above.push(each);
    if (existsSync(join(each, '.git'))) return above;
  }
  return [folder];
}

async function probe(executable: string): Promise<Python | null> {
  const before = known.get(executable);
  if (before !== undefined) return before;
  // Not in the user's folder: on Windows a program is looked for there first.
  const limits = { cwd: tmpdir(), timeout: PROBE_TIMEOUT_MS, maxOutput: MAX_PROBE_OUTPUT };
  const result = await runProgram(executable, ['-I', '-c', PROBE], limits);
  const [own, version] = result?.exitCode === 0 ? result.stdout.toString('utf8').trim().split(/\r?\n/) : [];
  if (own === undefined || version === undefined || !/^\d+\.\d+\.\d+$/.test(version)) return null;
  const python = { executable: own, version };
  known.set(executable, python);
  return python;
}
