/** `--ray ADDRESS`: the same experiment, computed on a cluster. */
import { onCluster } from '../protocol/rayConfig.ts';
import type { EngineContext } from '../trainer/engineContext.ts';

/** As `--set` takes them, behind those that are given: they say where it computes. */
export function rayOverrides(address: string | undefined): string[] {
  return address === undefined ? [] : onCluster(address);
}

/** For a run that is resumed, which is on a cluster or not as it was. */
export function resumedOn(address: string | undefined): Pick<EngineContext, 'rayAddress'> {
  return address === undefined ? {} : { rayAddress: address };
}
