/** The compute process of an experiment that computes on a Ray cluster. */
import { dirname } from 'node:path';
import { useCluster } from '../cluster/clusters.ts';
import { RemoteCompute } from '../cluster/remoteCompute.ts';
import { ComputeClient } from '../compute/client.ts';
import type { Experiment } from '../protocol/experiment.ts';
import { memoryOf, rayOf } from '../protocol/rayConfig.ts';
import type { CleanUp } from './cleanUp.ts';
import { sayingWaits, tooSmall } from './clusterRoom.ts';
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

function unlessAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const stop = (): void => reject(new Error('stopped while joining the cluster'));
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
