/** The clusters that this process is connected to: runs that go on at once share a driver, which leaves with the last of them. */
import { makeWorkFolder, removeWorkFolder } from '../process/workFolder.ts';
import { UserError } from '../protocol/errors.ts';
import { writeEnvironment } from './environment.ts';
import { RayDriver } from './rayDriver.ts';
import { findRay } from './rayPython.ts';

/** What a node has in all; memory in bytes. */
export interface NodeRoom {
  readonly cpus: number;
  readonly gpus: number;
  readonly memory: number;
}

export interface Cluster {
  readonly driver: RayDriver;
  readonly nodes: readonly NodeRoom[];
}

export interface UsedCluster extends Cluster {
  /** To be called once, when all compute processes are ended. Resolves when the cluster is left, where nobody else uses it. */
  readonly release: () => Promise<void>;
}

interface Entry {
  readonly cluster: Promise<Cluster>;
  users: number;
}

const entries = new Map<string, Entry>();

/**
 * How long a driver may take to say goodbye, in milliseconds; a bit longer than it waits for a node that does not answer. A cluster that it does
 * not leave so notices its end later.
 */
const LEAVE_MS = 6000;

/**
 * @param address as an experiment's `ray.address`
 * @param folder in and above which a Python with Ray is looked for
 * Rejects with UserError where there is no Ray, or no such cluster.
 */
export async function useCluster(address: string, folder: string): Promise<UsedCluster> {
  const entry = entries.get(address) ?? newEntry(address, folder);
  entry.users++;
  const release = async (): Promise<void> => {
    entry.users--;
    if (entry.users > 0) return;
    forget(address, entry);
    await entry.cluster.then(({ driver }) => leave(driver), ignore);
  };
  try {
    return { ...(await entry.cluster), release };
  } catch (error) {
    await release();
    throw error;
  }
}

function newEntry(address: string, folder: string): Entry {
  const entry: Entry = { cluster: connect(address, folder, () => forget(address, entry)), users: 0 };
  entries.set(address, entry);
  return entry;
}

/** Who comes from now on gets another driver. */
function forget(address: string, entry: Entry): void {
  if (entries.get(address) === entry) entries.delete(address);
}

async function connect(address: string, folder: string, onEnd: () => void): Promise<Cluster> {
  const { found, problem } = await findRay(folder);
  if (found === null) throw new UserError(`The device "ray" needs Ray. ${problem}`);
  const environment = makeWorkFolder('rlvr-ray-');
  const driver = new RayDriver(found.executable, onEnd);
  try {
    writeEnvironment(environment);
    const { nodes } = await driver.connect(address, environment);
    return { driver, nodes };
  } catch (error) {
    driver.kill();
    throw error;
  } finally {
    removeWorkFolder(environment);
  }
}

async function leave(driver: RayDriver): Promise<void> {
  driver.close();
  const timer = setTimeout(() => driver.kill(), LEAVE_MS);
  await driver.ended;
  clearTimeout(timer);
}

function ignore(): void {
  // Who waits for the connection is told why there is none.
}
