/** The compute process of an experiment that computes on a Ray cluster. */
import { dirname } from 'node:path';
import { useCluster, type NodeRoom } from '../cluster/clusters.ts';
import { RemoteCompute } from '../cluster/remoteCompute.ts';
import { ComputeClient } from '../compute/client.ts';
import type { Experiment } from '../protocol/experiment.ts';
import { GB, memoryOf, rayOf, type RayConfig } from '../protocol/rayConfig.ts';
import { plural } from '../words/format.ts';
import type { CleanUp } from './cleanUp.ts';
import type { EngineContext } from './engineContext.ts';

/**
 * Resolves when the cluster has room for it. Rejects with UserError where there is no such cluster, and when the signal aborts.
 * @param experimentPath absolute; a Python with Ray is looked for in and above its folder
 */
export async function startOnCluster(
  experiment: Experiment,
  experimentPath: string,
  cleanUp: CleanUp,
  { emit, signal, rayAddress, microBatchAt }: Pick<EngineContext, 'emit' | 'signal' | 'rayAddress' | 'microBatchAt'>,
): Promise<ComputeClient> {
  const ray = rayOf(experiment);
  const { cluster, release } = useCluster(rayAddress ?? ray.address, dirname(experimentPath));
  cleanUp.add(release);
  const { driver, nodes } = await unlessAborted(cluster, signal);
  const small = tooSmall(ray, nodes);
  if (small !== null) emit({ event: 'warning', message: small });
  const child = new RemoteCompute(driver, { cpus: ray.cpus, gpus: ray.gpus, memory: memoryOf(ray) });
  const stop = (): void => child.kill();
  signal.addEventListener('abort', stop, { once: true });
  cleanUp.add(stop);
  cleanUp.add(() => signal.removeEventListener('abort', stop));
  const compute = new ComputeClient({ child, ...(microBatchAt === undefined ? {} : { microBatchAt }) });
  await sayingWaits(child.started, ray, emit);
  return compute;
}

/** What to say where no node that is there will ever have room; null where one may. */
export function tooSmall(ray: RayConfig, nodes: readonly NodeRoom[]): string | null {
  const needed = { ...ray, memory: memoryOf(ray) ?? 0 };
  if (nodes.some(({ cpus, gpus, memory }) => cpus >= ray.cpus && gpus >= ray.gpus && memory >= needed.memory))
    return null;
  return (
    `No node of the cluster has ${roomWords(needed)}; they have ${[...new Set(nodes.map(roomWords))].join('; ')}. ` +
    'The run waits for a node that has. Lower ray.cpus, ray.gpus or ray.memory where none will come.'
  );
}

/** Without a word, a run that waits for room looks like one that hangs: a node's copy of Node takes some seconds at most. */
const WAIT_MS = 20_000;

/** Waits for the start of a compute process, and says so where it takes long. */
export async function sayingWaits(
  started: Promise<unknown>,
  ray: RayConfig,
  emit: EngineContext['emit'],
): Promise<void> {
  const needed = roomWords({ ...ray, memory: memoryOf(ray) ?? 0 });
  const message = `The run waits for the cluster, where no node has ${needed} free, or one is still getting its copy of Node.`;
  const timer = setTimeout(() => emit({ event: 'warning', message }), WAIT_MS);
  try {
    await started;
  } finally {
    clearTimeout(timer);
  }
}

function roomWords({ cpus, gpus, memory }: NodeRoom): string {
  const gigabytes = Math.floor((10 * memory) / GB) / 10;
  return `${plural(cpus, 'processor')}, ${gpus} graphics ${gpus === 1 ? 'card' : 'cards'} and ${gigabytes} GB of memory`;
}

function unlessAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const stop = (): void => reject(new Error('stopped while joining the cluster'));
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
