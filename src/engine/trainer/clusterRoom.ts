/** What is said of the room that a run needs on a cluster. */
import type { NodeRoom } from '../cluster/clusters.ts';
import { GB, memoryOf, type RayConfig } from '../protocol/rayConfig.ts';
import { plural } from '../words/format.ts';
import type { EngineContext } from './engineContext.ts';

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
export async function sayingWaits<Started>(
  started: Promise<Started>,
  ray: RayConfig,
  emit: EngineContext['emit'],
): Promise<Started> {
  const needed = roomWords({ ...ray, memory: memoryOf(ray) ?? 0 });
  const message = `The run waits for the cluster, where no node has ${needed} free, or one is still getting its copy of Node.`;
  const timer = setTimeout(() => emit({ event: 'warning', message }), WAIT_MS);
  try {
    return await started;
  } finally {
    clearTimeout(timer);
  }
}

/** `4 processors, 1 graphics card, 8 GB of memory`, without what there is none of. */
function roomWords({ cpus, gpus, memory }: NodeRoom): string {
  const gigabytes = Math.floor((10 * memory) / GB) / 10;
  return [
    plural(cpus, 'processor'),
    ...(gpus > 0 ? [`${gpus} graphics ${gpus === 1 ? 'card' : 'cards'}`] : []),
    ...(gigabytes > 0 ? [`${gigabytes} GB of memory`] : []),
  ].join(', ');
}
