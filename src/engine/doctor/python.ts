/** Looks for the Python that rewards and tests in Python are run by. */
import { findPython } from '../process/python.ts';
import type { MachineCheck } from '../protocol/link.ts';
import { absent, ok } from './check.ts';

/** @param folder in and above which a virtual environment is looked for */
export async function pythonCheck(folder: string): Promise<MachineCheck> {
  const name = 'Python';
  const { python, problem } = await findPython(folder);
  if (python === null) return absent(name, `${problem} Only rewards and unit tests in Python need one.`);
  return ok(name, `${python.version}, for rewards and unit tests in Python: ${python.executable}`);
}
