/** Finds the Python with Ray that drives a cluster. */
import { tmpdir } from 'node:os';
import { findPython, type Python } from '../process/python.ts';
import { runProgram } from '../process/program.ts';

export interface RayPython extends Python {
  /** Version of Ray, such as "2.58.0". */
  readonly ray: string;
}

/** `found` is null where `problem` says what is missing, and what to do. */
export type RaySearch =
  { readonly found: RayPython; readonly problem: null } | { readonly found: null; readonly problem: string };

/** Reads what is installed and does not load it, which takes a second. */
const PROBE = 'from importlib.metadata import version; print(version("ray"))';
const PROBE_LIMITS = { timeout: 20_000, maxOutput: 16 * 1024 };

/** @param folder in and above which a virtual environment is looked for */
export async function findRay(folder: string): Promise<RaySearch> {
  const { python, problem } = await findPython(folder);
  if (python === null) return { found: null, problem: `Ray needs Python. ${problem}` };
  const { executable, version } = python;
  const result = await runProgram(executable, ['-c', PROBE], { cwd: tmpdir(), ...PROBE_LIMITS });
  const ray = result?.exitCode === 0 ? result.stdout.toString('utf8').trim() : '';
  if (/^\d+\.\d+/.test(ray)) return { found: { executable, version, ray }, problem: null };
  return {
    found: null,
    problem: `${executable} (Python ${version}) has no Ray. Install the version of your cluster: ${executable} -m pip install "ray[client]"`,
  };
}
