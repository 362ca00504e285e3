/** Looks for the Ray that drives a cluster. */
import { findRay } from '../cluster/rayPython.ts';
import type { MachineCheck } from '../protocol/link.ts';
import { absent, ok } from './check.ts';

/** @param folder in and above which a virtual environment is looked for */
export async function rayCheck(folder: string): Promise<MachineCheck> {
  const name = 'Ray';
  const { found, problem } = await findRay(folder);
  if (found === null) return absent(name, `${problem} (only runs on a cluster, device "ray", need it)`);
  const { ray, version, executable } = found;
  return ok(name, `${ray}, for runs on a cluster of this version and Python ${version}: ${executable}`);
}
