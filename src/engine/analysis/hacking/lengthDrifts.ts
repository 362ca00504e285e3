/** Completions become much longer, or much shorter, and are worth no more for it: a reward that counts length, or that length games. */
import { measure, percent } from '../../words/format.ts';
import type { Detector } from './finding.ts';
import { spanWords, unfollowedRise, whileUnfollowed } from './unfollowedRise.ts';
import { driftOf } from './watchedRun.ts';

/** Part of the first length by which it has changed at least, over the whole of the 95 % interval. */
const GREAT_CHANGE = 0.5;

/**
 * Over an unfollowed rise, the mean length changed by more than half of what it was at the beginning (95 % interval). Long reasoning
 * that solves more problems is none: the rise is followed then.
 */
export const lengthDrifts: Detector = (run, at) => {
  const rise = unfollowedRise(run, at);
  const length = rise && driftOf(run, 'completions/mean_length', rise.span);
  if (!length) return null;
  const { before, after, change } = length;
  const longer = change.low > GREAT_CHANGE * before;
  if (!longer && change.high >= -GREAT_CHANGE * before) return null;
  return {
    from: rise.span.from.step,
    title: longer ? 'Completions grow and solve no more' : 'Completions shrink and solve no more',
    sentence:
      `${spanWords(rise.span)} the mean length went from ${measure(before)} to ${measure(after)} tokens ` +
      `(${after > before ? '+' : ''}${percent(after / before - 1)}) ${whileUnfollowed(rise)}.`,
    proof: { kind: 'training', rank: ({ samples, tokens }) => ((longer ? 1 : -1) * tokens) / samples },
  };
};
