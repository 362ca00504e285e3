/** What a sample of a run took and gave, as it was measured. */
import type { SampledGroup } from '../../analysis/forecast/sampledSignal.ts';
import type { Lap } from '../resources.ts';

/** A step of which some problems were tried. */
export interface TriedStep {
  readonly problems: number;
  readonly sampling: Lap;
  /** With an advantage for every completion. */
  readonly updating: Lap;
  readonly groups: readonly SampledGroup[];
  /** Tokens of the longest row, its prompt among them. */
  readonly longestRow: number;
}

export interface Tried {
  readonly opening: Lap;
  /** The first held-out problems, with what the first call does besides; null where nothing is held out. */
  readonly heldOutFirst: { readonly problems: number; readonly lap: Lap } | null;
  readonly heldOut: { readonly problems: number; readonly lap: Lap } | null;
  readonly steps: readonly TriedStep[];
  /** null where nothing is trained. */
  readonly saving: Lap | null;
  readonly processes: number;
}
