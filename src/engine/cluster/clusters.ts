/** The clusters that this process is connected to: runs that go on at once share a driver, which leaves with the last of them. */
import { makeWorkFolder, removeWorkFolder } from '../process/workFolder.ts';
import { UserError } from '../protocol/errors.ts';
import { isJobAddress } from '../protocol/rayJob.ts';
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

export interface UsedCluster {
  /** Rejects with UserError where there is no Ray, or no such cluster. */
  readonly cluster: Promise<Cluster>;
  /**
   * To be called once, when all compute processes are ended, or before the cluster is joined. Resolves when it is left, where nobody else uses it;
   * nobody waits for a cluster that is not joined yet.
   */
  readonly release: () => Promise<void>;
}

interface Entry {
  readonly cluster: Promise<Cluster>;
  /** Aborts when nobody needs the cluster any more. */
  readonly unneeded: AbortController;
  users: number;
}

const MINUTE_MS = 60_000;

/** Ray gives up by itself where nobody answers; what every node gets a copy of goes to the cluster too, by whatever line there is. */
const JOIN_MS = 10 * MINUTE_MS;

const entries = new Map<string, Entry>();

/**
 * How long a driver may take to say goodbye, in milliseconds; a bit longer than it waits for a node that does not answer. A cluster that it does
 * not leave so notices its end later.
 */
const LEAVE_MS = 6000;

/**
 * @param address as an experiment's `ray.address`
 * @param folder in and above which a Python with Ray is looked for
 */
export function useCluster(address: string, folder: string): UsedCluster {
  const entry = entries.get(address) ?? newEntry(address, folder);
  entry.users++;
  const release = async (): Promise<void> => {
    entry.users--;
    if (entry.users > 0) return;
    forget(address, entry);
    entry.unneeded.abort();
    await entry.cluster.then(({ driver }) => leave(driver), ignore);
  };
  return { cluster: entry.cluster, release };
}

function newEntry(address: string, folder: string): Entry {
  const unneeded = new AbortController();
  const onEnd = (): void => forget(address, entry);
  const entry: Entry = { cluster: connect(address, folder, unneeded.signal, onEnd), unneeded, users: 0 };
  entries.set(address, entry);
  return entry;
}

/** Who comes from now on gets another driver. */
function forget(address: string, entry: Entry): void {
  if (entries.get(address) === entry) entries.delete(address);
}

async function connect(address: string, folder: string, signal: AbortSignal, onEnd: () => void): Promise<Cluster> {
  if (isJobAddress(address))
    throw new UserError(
      `${address} is Ray's job API, to which only training is submitted. Give the address of a head that drivers join (auto, host:6379, ray://host:10001), or compute here with --set device=auto.`,
    );
  const { found, problem } = await findRay(folder);
  if (found === null) throw new UserError(`The device "ray" needs Ray. ${problem}`);
  signal.throwIfAborted();
  const environment = makeWorkFolder('rlvr-ray-');
  const driver = new RayDriver(found.executable, onEnd);
  const kill = (): void => driver.kill();
  signal.addEventListener('abort', kill, { once: true });
  try {
    writeEnvironment(environment);
    const { nodes } = await inTime(driver.connect(address, environment), address);
    return { driver, nodes };
  } catch (error) {
    driver.kill();
    throw error;
  } finally {
    signal.removeEventListener('abort', kill);
    removeWorkFolder(environment);
  }
}

/** Rejects with UserError where a cluster is joined too slowly. */
export async function inTime<Joined>(joining: Promise<Joined>, address: string): Promise<Joined> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(
      new UserError(
        `The Ray cluster ${address} was not joined in ${JOIN_MS / MINUTE_MS} minutes: is it there, and does it answer this machine?`,
      ),
    );
  }, JOIN_MS);
  try {
    return await Promise.race([joining, late.promise]);
  } finally {
    clearTimeout(timer);
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
