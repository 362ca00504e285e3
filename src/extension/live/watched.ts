/** The completion whose values are told: the one that is read in Outputs. */
import type { CompletionKey } from '../../engine/protocol/completion.ts';
import type { StoredGroup } from '../../engine/protocol/scoring.ts';
import type { RunSample } from '../data/liveMethods.ts';

export interface Watched {
  readonly runDir: string;
  readonly group: StoredGroup;
  /** The one of the group; null for the first. */
  readonly sample: Pick<CompletionKey, 'occurrence' | 'round' | 'sample'> | null;
}

/** Its place in a sample. Where nothing is read, the first of all stands for the rest; null where there is none. */
export function indexOfWatched(watched: Watched | null, { runDir, completions }: RunSample): number | null {
  if (completions.length === 0) return null;
  if (watched?.runDir !== runDir || watched.sample === null) return 0;
  const { occurrence, round, sample } = watched.sample;
  // The group that is read is the first of a sample.
  const index = completions.findIndex(
    ({ group, key }) => group === 0 && key.occurrence === occurrence && key.round === round && key.sample === sample,
  );
  return Math.max(0, index);
}
