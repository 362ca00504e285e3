/** What computes an experiment on a Ray cluster: a process on one of its nodes, or several as one. */
import { dirname } from 'node:path';
import { useCluster } from '../cluster/clusters.ts';
import { RemoteCompute } from '../cluster/remoteCompute.ts';
import { ComputeClient } from '../compute/client.ts';
import type { Compute } from '../compute/compute.ts';
import { ComputeGroup } from '../compute/group/computeGroup.ts';
import type { ComputeLostError } from '../protocol/errors.ts';
import type { Experiment } from '../protocol/experiment.ts';
import { memoryOf, rayOf, sharesOf } from '../protocol/rayConfig.ts';
import type { CleanUp } from './cleanUp.ts';
import { sayingWaits, tooSmall } from './clusterRoom.ts';
import type { EngineContext } from './engineContext.ts';

/**
 * Resolves when the cluster has room for it, or for the first of several. Rejects with UserError where there is no such cluster, and when the
 * signal aborts.
 * @param experimentPath absolute; a Python with Ray is looked for in and above its folder
 */
export async function startOnCluster(
  experiment: Experiment,
  experimentPath: string,
  cleanUp: CleanUp,
  { emit, signal, rayAddress, microBatchAt }: Pick<EngineContext, 'emit' | 'signal' | 'rayAddress' | 'microBatchAt'>,
): Promise<Compute> {
  const ray = rayOf(experiment);
  const { cluster, release } = useCluster(rayAddress ?? ray.address, dirname(experimentPath));
  cleanUp.add(release);
  const { driver, nodes } = await unlessAborted(cluster, signal);
  const warn = (message: string): void => emit({ event: 'warning', message });
  const small = tooSmall(ray, nodes);
  if (small !== null) warn(small);
  const children: RemoteCompute[] = [];
  const over = new AbortController();
  const stop = (): void => {
    over.abort();
    for (const child of children) child.kill();
  };
  signal.addEventListener('abort', stop, { once: true });
  cleanUp.add(stop);
  cleanUp.add(() => signal.removeEventListener('abort', stop));
  const start = async (): Promise<Compute> => {
    over.signal.throwIfAborted();
    const child = new RemoteCompute(driver, { cpus: ray.cpus, gpus: ray.gpus, memory: memoryOf(ray) });
    children.push(child);
    const compute = new ComputeClient({ child, ...(microBatchAt === undefined ? {} : { microBatchAt }) });
    await child.started;
    return compute;
  };
  const shares = sharesOf(experiment);
  if (shares === 1) return sayingWaits(start(), ray, emit);
  const starting = startGroup(start, { shares, workers: ray.workers, over: over.signal, warn });
  const group = await sayingWaits(starting, ray, emit);
  cleanUp.add(() => group.kill());
  return group;
}

interface GroupStart {
  readonly shares: number;
  readonly workers: number;
  /** Aborts when nobody is needed any more. */
  readonly over: AbortSignal;
  readonly warn: (message: string) => void;
}

/**
 * The first begins alone, and the others come as there is room: runs of a sweep that share a cluster would otherwise wait for each other, each with a
 * part of what it needs.
 */
async function startGroup(
  start: () => Promise<Compute>,
  { shares, workers, over, warn }: GroupStart,
): Promise<ComputeGroup> {
  const onLoss = (left: number, loss: ComputeLostError): void => {
    // With nobody left the run says so.
    if (left === 0) return;
    warn(`A machine that computed was lost. ${othersCompute(left)} until another has room. ${loss.reason}`);
    join().catch(saidAlready);
  };
  const group: ComputeGroup = new ComputeGroup({ shares, onLoss, onWarning: warn });
  const join = async (): Promise<void> => {
    try {
      group.offer(await start());
    } catch (error) {
      if (!over.aborted && error instanceof Error) warn(`A worker was not started. ${error.message}`);
      throw error;
    }
  };
  const joined = Array.from({ length: workers }, join);
  await Promise.any(joined).catch(() => joined[0]);
  return group;
}

function othersCompute(left: number): string {
  return left === 1 ? 'The one that is left computes its share' : `The ${left} that are left compute its share`;
}

function saidAlready(): void {
  // A run goes on with those that are there.
}

function unlessAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const stop = (): void => reject(new Error('stopped while joining the cluster'));
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
