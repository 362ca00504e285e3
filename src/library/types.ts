/**
 * What a reward file is written against. Types are erased (`import type { Reward } from 'rlvr'`), and a function is bundled into the
 * reward that imports it: there is nothing to install. An editor finds both in the `rlvr.d.ts` that lies beside the file.
 *
 * ```ts
 * /** 1 when the completion ends in the answer. *\/
 * export const correct: Reward<{ answer: string }> = ({ completion, answer }) => completion.endsWith(answer);
 * ```
 */

/** What every reward function is given by name, beside the columns of the dataset row. A column of the same name is hidden. */
// No interface, because the arguments of a reward that names columns would not be those of one that names none.
// eslint-disable-next-line @typescript-eslint/consistent-type-definitions
export type RewardArguments = {
  /** The text the policy wrote, without special tokens, cut before a stop string. */
  readonly completion: string;
  /** The text the policy was given. */
  readonly prompt: string;
  /** Tokens of the completion, the one that ended it included. */
  readonly completionTokens: number;
  /** The training step that it was written in, from 1; null in evaluations and wherever else nothing is trained. */
  readonly step: number | null;
  /** Place in the group, from 0. */
  readonly index: number;
  /** `options` of this reward in the experiment file. Frozen. */
  readonly options: Readonly<Record<string, unknown>>;
};

/** The arguments of one completion: `Row` names the dataset's columns. */
export type RewardInput<Row extends object = Record<string, unknown>> = RewardArguments & Readonly<Row>;

/**
 * A finite number; `true` counts as 1 and `false` as 0; `null` means "does not apply to this completion". Anything else, a
 * throw and a timeout are errors, shown beside the completion and never counted as 0.
 */
export type Score = number | boolean | null;

/** Scores one completion (`"per": "completion"`, the default). */
export type Reward<Row extends object = Record<string, unknown>> = (input: RewardInput<Row>) => Score | Promise<Score>;

/** Scores the whole group of one prompt at once (`"per": "group"`): one score per completion, in their order. */
export type GroupReward<Row extends object = Record<string, unknown>> = (
  batch: readonly RewardInput<Row>[],
) => readonly Score[] | Promise<readonly Score[]>;
