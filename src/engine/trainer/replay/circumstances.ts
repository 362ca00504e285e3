/** What is not as it was when a run was made, and may give other bits. */
import { availableParallelism } from 'node:os';
import type { RunManifest } from '../../protocol/run.ts';
import { ENGINE_VERSION } from '../../protocol/version.ts';

/** A sentence for each. */
export function circumstances({ engineVersion, platform, provider, threads }: RunManifest, current: string): string[] {
  const here = `${process.platform}-${process.arch}`;
  return [
    ...(engineVersion === ENGINE_VERSION
      ? []
      : [`The run was made by RLVR-Ops ${engineVersion}, and this is ${ENGINE_VERSION}.`]),
    ...(platform === here ? [] : [`The run was made on ${platform}, and this is ${here}.`]),
    ...(provider === current ? [] : [`The run was computed by ${provider}, and this replay by ${current}.`]),
    ...(current === 'cpu' ? [] : [`${current} promises no equal bits from one call to the next.`]),
    ...(threads === 0
      ? [`The run left the number of threads to the machine it was made on; here there are ${availableParallelism()}.`]
      : []),
  ];
}
