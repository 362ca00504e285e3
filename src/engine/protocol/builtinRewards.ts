/** The built-in rewards as lists show them and new experiments use them; what they do is in the room `reward`. */

export interface BuiltinReward {
  readonly summary: string;
  /** Whether it compares with a column of the row, `options.answerColumn`. */
  readonly readsAnswer: boolean;
  /** Options that it cannot do without, with values to begin with. */
  readonly required: Readonly<Record<string, number>>;
}

/** As experiments give them as `function`: those that a run can be about, then those that go beside another. */
export const builtinRewardNames = [
  'gsm8k',
  'finalNumber',
  'format',
  'length',
  'repetitionPenalty',
  'softOverlong',
  'random',
] as const;

export type BuiltinRewardName = (typeof builtinRewardNames)[number];

export const builtinRewards: Readonly<Record<BuiltinRewardName, BuiltinReward>> = {
  gsm8k: {
    summary: '1 when the answer, read by a GSM8K extraction rule, is the reference',
    readsAnswer: true,
    required: {},
  },
  finalNumber: {
    summary: '1 when the number after the last #### equals the answer, compared as numbers',
    readsAnswer: true,
    required: {},
  },
  format: {
    summary:
      '1 when the completion matches a regular expression: think and answer tags, or a last line "#### number", unless given',
    readsAnswer: false,
    required: {},
  },
  length: {
    summary: '1 up to `target` tokens, falling to 0 at `limit`',
    readsAnswer: false,
    required: { target: 100, limit: 200 },
  },
  repetitionPenalty: {
    summary: 'up to `maxPenalty` by the share of repeated n-grams of words',
    readsAnswer: false,
    required: {},
  },
  softOverlong: {
    summary: 'from 0 to -1 over the last `cache` tokens before `maxLength` (DAPO)',
    readsAnswer: false,
    required: { maxLength: 256, cache: 64 },
  },
  random: {
    summary: '1 with a chance of `probability` (0.5), whatever was written: a control',
    readsAnswer: false,
    required: {},
  },
};
