/** What a report calls a run. */
import type { RunManifest } from '../../protocol/run.ts';
import { experimentName } from '../../words/naming.ts';

export function titleOf({ name, experimentPath, id }: RunManifest): string {
  return `${name ?? experimentName(experimentPath)} (${id})`;
}
