/** What a detector says of one evaluation. */
import type { EvaluationSummary } from '../../protocol/events.ts';
import type { HackingKind } from '../../protocol/panels/signal.ts';
import type { GroupSums } from '../../run/signal/groupSums.ts';
import type { WatchedRun } from './watchedRun.ts';

/** Where the completions are that show a finding, so that they are looked for only once it is made. */
export type Proof =
  /** Held-out problems of the evaluation itself. */
  | { readonly kind: 'heldOut'; readonly problems: readonly number[] }
  /** The groups of the training step nearest before it, those with the highest rank first. */
  | { readonly kind: 'training'; readonly rank: (group: GroupSums) => number }
  /** Of that step, the groups with the most completions of the same text. */
  | { readonly kind: 'duplicates' };

export interface Finding {
  readonly from: number;
  readonly title: string;
  readonly sentence: string;
  readonly proof: Proof;
}

/** Looks at a run as it was at the n-th of its evaluations, and only at what was known then. */
export type Detector = (run: WatchedRun, at: number) => Finding | null;

export interface Found extends Finding {
  readonly kind: HackingKind;
  /** The evaluation at which it was first certain. */
  readonly at: EvaluationSummary;
}
