/** A reward function that was found in the text of a file. */
import type { Place } from '../protocol/scoring.ts';

export interface RewardFunction {
  /** As it is exported. */
  readonly name: string;
  /** What it scores in one call. */
  readonly per: 'completion' | 'group';
  /** The declaration as a whole, without the comment before it. */
  readonly place: Place;
  readonly namePlace: Place;
  /** What is evaluated at a call; the whole value where it is made by another function. */
  readonly bodyPlace: Place;
}
