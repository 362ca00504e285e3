/** The completions of a group become the same text, and solve no more: the policy has found one thing to say that is rewarded. */
import { percent, points } from '../../words/format.ts';
import type { Detector } from './finding.ts';
import { spanWords, unfollowedRise, whileUnfollowed } from './unfollowedRise.ts';
import { driftOf } from './watchedRun.ts';

/** By how much the share of repeated completions has risen at least, over the whole of the 95 % interval. */
const GREAT_RISE = 0.2;

/**
 * Over an unfollowed rise, `completions/duplicate_frac` rose by more than 20 points (95 % interval). A policy that has learned a
 * task with short answers repeats itself too: its rise is followed.
 */
export const duplicatesRise: Detector = (run, at) => {
  const rise = unfollowedRise(run, at);
  const share = rise && driftOf(run, 'completions/duplicate_frac', rise.span);
  if (!share || share.change.low <= GREAT_RISE) return null;
  return {
    from: rise.span.from.step,
    title: 'Completions repeat each other and solve no more',
    sentence:
      `${spanWords(rise.span)} the share of completions with the text of another in their group went from ${percent(share.before)} to ` +
      `${percent(share.after)} (95 % interval ${points(share.change.low)} to ${points(share.change.high)} points) ${whileUnfollowed(rise)}.`,
    proof: { kind: 'duplicates' },
  };
};
