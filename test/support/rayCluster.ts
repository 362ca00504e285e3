/** A real Ray cluster of several nodes on this machine, for tests, which are skipped where there is no Ray. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { findRay } from '../../src/engine/cluster/rayPython.ts';
import { preferPython } from '../../src/engine/process/python.ts';

/** As tests that hold what we write against other programs; with Ray in it. */
preferPython(process.env['RLVR_TEST_PYTHON'] ?? null);

const { found, problem } = await findRay(import.meta.dirname);

/** What to install where tests of a cluster cannot be run; false where they can. */
export const skip: string | false = problem ?? false;

/** The interpreter that has Ray; empty where there is none. */
export const rayPython = found?.executable ?? '';

export interface RayCluster {
  readonly address: string;
  /** Processors that nobody has. */
  free(): Promise<number>;
  /** How much runs have left on the nodes, or have there. */
  left(): Promise<number>;
  /** Kills a node that works, with all that goes on there. */
  killNode(): Promise<void>;
  close(): Promise<void>;
}

/** @param nodes the processors of each beside the head, which has none */
export async function startCluster(nodes: readonly number[]): Promise<RayCluster> {
  const script = join(import.meta.dirname, '../fixtures/ray/cluster.py');
  const child = spawn(rayPython, [script, ...nodes.map(String)], {
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', RAY_USAGE_STATS_ENABLED: '0' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  process.once('exit', () => child.kill('SIGKILL'));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const line = async (): Promise<string> => {
    const next = await lines.next();
    if (next.done === true) throw new Error(`The cluster ended:\n${said}`);
    return next.value;
  };
  const ask = (question: string): Promise<string> => {
    child.stdin.write(`${question}\n`);
    return line();
  };
  return {
    address: await line(),
    free: async () => Number(await ask('free')),
    left: async () => Number(await ask('left')),
    killNode: async () => {
      await ask('kill');
    },
    close: () => {
      child.stdin.end();
      return ended;
    },
  };
}
