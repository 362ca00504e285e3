/** What an engine under an editor takes of the machine: what its settings say, else all cores but one. */
import type { ComputeLimits } from '../protocol/computeLimits.ts';
import type { EngineContext } from '../trainer/engineContext.ts';
import { coresForEngines } from './cores.ts';

export function engineLimits({
  threads,
  memoryBytes,
}: ComputeLimits): Pick<EngineContext, 'defaultThreads' | 'memoryLimit'> {
  return {
    defaultThreads: threads ?? coresForEngines(),
    ...(memoryBytes === undefined ? {} : { memoryLimit: memoryBytes }),
  };
}
