/** What the Dashboard says about the signal of a run: groups without any, and signs that the reward is followed and not the task. */
import { z } from 'zod';
import type { NamedGroup, OutputScope } from './outputsRequests.ts';

/** Keys from the root of an experiment to a value. */
const MAX_PATH = 5;
const MAX_KEY = 200;

/** Keys and indices from the root of an experiment to a value. */
export const settingPath = z
  .array(z.union([z.string().max(MAX_KEY), z.int().min(0)]))
  .min(1)
  .max(MAX_PATH);
export type SettingPath = z.output<typeof settingPath>;

/** Why no completion of a group has an advantage, in the order in which they are told. What each means is in `analysis/signal/causes.ts`. */
export const signalCauses = [
  'right',
  'wrong',
  'unanswered',
  'truncated',
  'cancel',
  'failed',
  'unscored',
  'undecided',
] as const;
export type SignalCause = (typeof signalCauses)[number];

/** What would change a cause: a value of the experiment file, or the reward function itself. */
export type Lever =
  | { readonly kind: 'setting'; readonly label: string; readonly path: SettingPath }
  | { readonly kind: 'reward'; readonly label: string; readonly name: string };

export interface CauseCount {
  readonly cause: SignalCause;
  /** `all right`. */
  readonly name: string;
  /** What the cause means, and what to do, in a sentence or two. */
  readonly meaning: string;
  readonly count: number;
  /** Newest first; those of the cause, up to `MAX_NAMED_GROUPS` of outputs.ts. A problem that was drawn twice in a step is named once. */
  readonly groups: readonly NamedGroup[];
  readonly levers: readonly Lever[];
}

/** The groups of some steps, those among them that nothing is learned from, and those that were only begun. */
export interface SignalReport {
  /** The first and the last step that was looked at. */
  readonly from: number;
  readonly to: number;
  /** Steps with groups between them, both included. */
  readonly steps: number;
  /** Whole ones. */
  readonly groups: number;
  /** Groups besides that screening put aside: begun, and not finished. */
  readonly putAside: number;
  /** Of `groups`, those without signal. */
  readonly dead: number;
  /** Those that occur, in the order of `signalCauses`, which does not change while the run goes on; their counts sum to `dead`. */
  readonly causes: readonly CauseCount[];
}

export const hackingKinds = ['accuracyFalls', 'lengthDrifts', 'duplicatesRise', 'oneCarries'] as const;
export type HackingKind = (typeof hackingKinds)[number];

/** A sign that the policy may follow the reward and not the task. What each claims is in `analysis/hacking/`. */
export interface HackingSign {
  readonly kind: HackingKind;
  /** Where it begins, and the evaluation at which it was first certain. */
  readonly from: number;
  readonly step: number;
  /** `Held-out accuracy falls while the reward rises`. */
  readonly title: string;
  /** The numbers, with their intervals. */
  readonly sentence: string;
  /** The completions that show it; null where none were stored. */
  readonly evidence: { readonly scope: OutputScope; readonly groups: readonly NamedGroup[] } | null;
}
