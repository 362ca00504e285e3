/** Places of a source file that the probe is called from. */
import type { Place } from '../protocol/scoring.ts';

/** The one name that instrumented code needs: a `CodeProbe` of the grader, see `reward/probe.ts`. */
export const PROBE = 'rlvrProbe';

/** The place of a value is that of its expression; of what is assigned or counted up, that of the assignment. */
export type ProbedPlace =
  | { readonly kind: 'const' | 'assigned' | 'return'; readonly place: Place }
  | {
      readonly kind: 'condition';
      readonly place: Place;
      /** What is done when it holds and when not, in `if` and `? :`; the condition itself where there is no `else`. */
      readonly branches?: { readonly then: Place; readonly else: Place };
    }
  | { readonly kind: 'switch' }
  | {
      readonly kind: 'case';
      readonly place: Place;
      /** Number of its `switch`. */
      readonly of: number;
    }
  /** A regular expression that is tried, where it is written or named. */
  | { readonly kind: 'match'; readonly place: Place };
