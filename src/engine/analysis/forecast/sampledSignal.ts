/** What a sample of groups says of the signal in them. */
import { bootstrapMean } from '../../evaluation/bootstrap.ts';
import { mean, variance } from '../../evaluation/moments.ts';
import { wilson } from '../../evaluation/wilson.ts';
import type { Forecast } from '../../protocol/forecast.ts';
import type { Estimate } from '../../protocol/metrics.ts';
import { signalCauses, type SignalCause } from '../../protocol/panels/signal.ts';
import { uniforms } from '../../random/keyed.ts';
import type { SignalShare } from './expectedTime.ts';
import { mixedShare, solvedSpread } from './groupOdds.ts';

/** A group that was sampled from the untrained policy. */
export interface SampledGroup {
  /** Why no completion has an advantage; null where one has. */
  readonly cause: SignalCause | null;
  /** Completions that solve the problem, of those that the deciding reward gave a value. */
  readonly solved: number;
  readonly decided: number;
  /** Tokens of each completion. */
  readonly lengths: readonly number[];
  /** Completions cut off at the greatest length. */
  readonly truncated: number;
}

export interface SignalOptions {
  readonly groupSize: number;
  readonly maxCompletionLength: number;
  readonly seed: number;
}

type Signal = NonNullable<Forecast['signal']>;

/** Times the group's size that are worth a word: a group as large costs as many times as much. */
const LARGER = [2, 4] as const;

/** @throws RangeError without groups */
export function sampledSignal(groups: readonly SampledGroup[], options: SignalOptions): Signal {
  const alive = groups.filter(({ cause }) => cause === null).length;
  const perGroup = (value: (group: SampledGroup) => number): Estimate =>
    bootstrapMean(groups.map(value), uniforms(options.seed, 'bootstrap'));
  const length = perGroup(({ lengths }) => mean(lengths) / options.maxCompletionLength);
  const tokens = (share: number): number => share * options.maxCompletionLength;
  return {
    advantage: wilson(alive, groups.length),
    causes: signalCauses.flatMap((cause) => {
      const count = groups.filter((group) => group.cause === cause).length;
      return count === 0 ? [] : [{ cause, count }];
    }),
    otherGroupSizes: otherGroupSizes(groups, options.groupSize),
    truncated: perGroup(({ truncated, lengths }) => truncated / lengths.length),
    completionLength: { value: tokens(length.value), low: tokens(length.low), high: tokens(length.high) },
  };
}

/** What the time of a run follows from. */
export function signalShare(groups: readonly SampledGroup[], { advantage }: Pick<Signal, 'advantage'>): SignalShare {
  const decided = groups.reduce((sum, group) => sum + group.decided, 0);
  const tokens = groups.map(({ lengths }) => lengths.reduce((sum, length) => sum + length, 0));
  return {
    advantage,
    solved: decided === 0 ? null : groups.reduce((sum, group) => sum + group.solved, 0) / decided,
    lengthError: tokens.length < 2 ? 0 : Math.sqrt(variance(tokens) / tokens.length) / Math.max(1, mean(tokens)),
  };
}

/** Only where a group has an advantage exactly when some of its completions solve the problem and some do not. */
function otherGroupSizes(groups: readonly SampledGroup[], groupSize: number): Signal['otherGroupSizes'] {
  const told = groups.every(
    ({ cause, solved, decided }) => decided === groupSize && (cause === null) === (solved > 0 && solved < groupSize),
  );
  const spread = told
    ? solvedSpread(
        groups.map(({ solved }) => solved),
        groupSize,
      )
    : null;
  if (spread === null) return [];
  return LARGER.map((factor) => ({
    groupSize: factor * groupSize,
    advantage: mixedShare(spread, factor * groupSize),
  }));
}
