/** The Python that the peers run in, and the command of a peer. */
import { join } from 'node:path';
import * as z from 'zod';
import { runProgram } from '../../src/engine/process/program.ts';
import { findPython } from '../../src/engine/process/python.ts';
import type { WorkerCommand } from '../speed/workerProcess.ts';
import type { WorkerOptions } from '../speed/options.ts';
import type { Peer, PeerRow } from './rows.ts';

const ROOT = join(import.meta.dirname, '../..');
const PACKAGES = ['torch', 'transformers', 'peft', 'trl', 'accelerate', 'datasets'];
const PROBE_TIMEOUT_MS = 60_000;
const MAX_PROBE_OUTPUT = 64 * 1024;

/** Prints the versions of the packages as JSON, null for one that is not there. */
const PROBE = `
import json, sys
from importlib.metadata import PackageNotFoundError, version
def of(name):
    try:
        return version(name)
    except PackageNotFoundError:
        return None
print(json.dumps({name: of(name) for name in sys.argv[1:]}))
`;

const INSTALL = `To have them, in the folder of the repository:
  python3 -m venv .venv
  .venv/bin/pip install -r bench/peers/requirements.txt
Or name a Python that has them in RLVR_PYTHON.`;

export interface PeerPython {
  readonly executable: string;
  /** By package. */
  readonly versions: Readonly<Record<string, string>>;
}

/** `missing` says what to do where there is none that has the packages. */
export async function findPeers(): Promise<
  { readonly python: PeerPython; readonly missing: null } | { readonly python: null; readonly missing: string }
> {
  const { python, problem } = await findPython(ROOT);
  if (python === null) return { python, missing: `${problem}\n${INSTALL}` };
  const { executable } = python;
  const result = await runProgram(executable, ['-I', '-c', PROBE, ...PACKAGES], {
    cwd: ROOT,
    timeout: PROBE_TIMEOUT_MS,
    maxOutput: MAX_PROBE_OUTPUT,
  });
  if (result?.exitCode !== 0) return { python: null, missing: `${executable} does not tell its packages.\n${INSTALL}` };
  const found = z.record(z.string(), z.string().nullable()).parse(JSON.parse(result.stdout.toString('utf8')));
  const absent = PACKAGES.filter((name) => (found[name] ?? null) === null);
  if (absent.length > 0) return { python: null, missing: `${executable} has no ${absent.join(', ')}.\n${INSTALL}` };
  const versions = Object.fromEntries(Object.entries(found).map(([name, version]) => [name, version ?? '']));
  return { python: { executable, versions }, missing: null };
}

export function peerWorker(
  { executable }: PeerPython,
  { peer, row, assets }: { readonly peer: Peer; readonly row: PeerRow; readonly assets: string },
  options: WorkerOptions,
): WorkerCommand {
  const given = { ...options, rows: peer.rows ?? options.rows, dtype: peer.dtype, zeroShot: row.zeroShot };
  const door = join(import.meta.dirname, 'worker.py');
  // As ours: a thread that waits for the others sleeps, which costs less processor time on a machine that is busy.
  const environment = { OMP_WAIT_POLICY: 'PASSIVE', PYTHONDONTWRITEBYTECODE: '1' };
  return { program: executable, args: [door, peer.work, assets, JSON.stringify(given)], environment };
}
