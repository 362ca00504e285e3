/** What the outputs panel asks and tells the host: pages of what it shows, by queries, and what the person does. */
import { z } from 'zod';

/** UTF-16 units that can be searched for. */
export const MAX_WORDS = 1000;

/** Completions of one kind: what was trained on, or an evaluation's. */
export const scopeSchema = z.strictObject({
  purpose: z.enum(['rollout', 'evaluation']),
  split: z.enum(['train', 'validation', 'test']),
});
export type OutputScope = z.output<typeof scopeSchema>;

const step = z.int().min(0);
const page = z.int().min(0);

/** Groups that are named one by one: as many as anyone reads. */
export const MAX_NAMED_GROUPS = 100;
/** UTF-16 units of what they have in common. */
const MAX_TITLE = 200;

const namedGroup = z.strictObject({ problem: z.int().min(0), step });
/** A group by its problem and step. */
export type NamedGroup = z.output<typeof namedGroup>;

/** Some groups out of a run, to be listed alone. */
export const groupSelection = z.strictObject({
  scope: scopeSchema,
  /** What they have in common: `12 groups, all right`. */
  title: z.string().max(MAX_TITLE),
  /** Newest first, each once. */
  groups: z.array(namedGroup).min(1).max(MAX_NAMED_GROUPS),
});
export type GroupSelection = z.output<typeof groupSelection>;

/** Of names of tasks. */
const MAX_TASK = 64;

/** A step alone, or everything up to it; of several tasks one, where it is named. */
const range = { scope: scopeSchema, step, upTo: z.boolean(), task: z.string().max(MAX_TASK).optional() };

const problemStates = ['all', 'unsolved', 'mixed', 'solved', 'errors', 'truncated'] as const;
const problemOrders = ['dataset', 'leastSolved', 'lowestReward', 'highestReward', 'newlySolved'] as const;
export const completionOrders = ['newest', 'oldest', 'lowestReward', 'highestReward'] as const;
/** What a replayed step says of tokens: what they were to its last pass, and to the policy before and after it. */
export const replayHeats = ['old', 'after', 'updateRatio', 'clipped', 'kl', 'lossShare'] as const;
export type ReplayHeat = (typeof replayHeats)[number];
/** What the tokens are coloured by. */
const heats = ['none', 'logprob', 'entropy', 'ratio', ...replayHeats] as const;
export type Heat = (typeof heats)[number];

const problemQuery = z.strictObject({
  ...range,
  state: z.enum(problemStates),
  order: z.enum(problemOrders),
  /** These groups in place of those of the range, whatever their state. */
  among: z.array(namedGroup).min(1).max(MAX_NAMED_GROUPS).optional(),
  page,
});
/** Of each problem its latest group in the range. */
export type ProblemQuery = z.output<typeof problemQuery>;

const completionQuery = z.strictObject({
  ...range,
  /** Words that must occur; '' finds everything. */
  words: z.string().max(MAX_WORDS),
  /** Smallest and largest reward, null for no bound. */
  reward: z.strictObject({ from: z.number().nullable(), to: z.number().nullable() }),
  stopReason: z.enum(['stop', 'eos', 'length']).nullable(),
  /** Only those where a reward function failed. */
  failed: z.boolean(),
  order: z.enum(completionOrders),
  page,
});
export type CompletionQuery = z.output<typeof completionQuery>;

const groupName = z.strictObject({ scope: scopeSchema, problem: z.int(), step });
/** All completions of a problem at a step. */
export type GroupName = z.output<typeof groupName>;

/** The problem's latest group at the step or before it. */
const groupQuery = groupName.extend({ heat: z.enum(heats), page });
export type GroupQuery = z.output<typeof groupQuery>;

export const completionKeySchema = z.strictObject({
  step,
  problem: z.int(),
  occurrence: z.int(),
  round: z.int(),
  sample: z.int(),
});
const contentQuery = z.strictObject({ scope: scopeSchema, key: completionKeySchema, heat: z.enum(heats) });
/** All of one completion. */
export type ContentQuery = z.output<typeof contentQuery>;

/** What a group may owe to another version of the reward: another score, a sign that flips, its end, its beginning, a failure. */
const rewardChanges = ['changed', 'flipped', 'died', 'revived', 'broken'] as const;
export type RewardChange = (typeof rewardChanges)[number];

const changeQuery = z.strictObject({ change: z.enum(rewardChanges), page });
/** Groups that the shown difference of rewards changes so, what changes most first. */
export type ChangeQuery = z.output<typeof changeQuery>;

const requestSchema = z.discriminatedUnion('kind', [
  /** Steps that have completions of the scope, after one of them. */
  z.strictObject({ kind: z.literal('steps'), scope: scopeSchema, after: z.int() }),
  z.strictObject({ kind: z.literal('problems'), query: problemQuery }),
  z.strictObject({ kind: z.literal('completions'), query: completionQuery }),
  z.strictObject({ kind: z.literal('group'), query: groupQuery }),
  z.strictObject({ kind: z.literal('content'), query: contentQuery }),
]);
/** What the run's folder answers. */
export type OutputsRequest = z.output<typeof requestSchema>;

const changesRequest = z.strictObject({ kind: z.literal('changes'), query: changeQuery });
const panelRequest = z.discriminatedUnion('kind', [...requestSchema.options, changesRequest]);
/** Everything that the panel asks. */
export type PanelRequest = z.output<typeof panelRequest>;

export const fromOutputsSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('request'), id: z.int(), request: panelRequest }),
  z.strictObject({ type: z.literal('openDatasetRow'), split: scopeSchema.shape.split, problem: z.int() }),
  z.strictObject({ type: z.literal('openReward'), name: z.string() }),
  /** What is read at this moment, and is scored anew when a reward changes. */
  z.strictObject({
    type: z.literal('reading'),
    group: groupName.nullable(),
  }),
  /** The completion of the group that was pointed at last: its values stand in the reward file. */
  z.strictObject({ type: z.literal('watching'), key: completionKeySchema }),
  /** Shows what the reward files say as they are now beside the recorded ones, or no longer. */
  z.strictObject({ type: z.literal('rescore'), on: z.boolean() }),
  /** Opens the texts of the rewards that are compared, in the editor's own comparison. */
  z.strictObject({ type: z.literal('openSourceDiff') }),
  /** The same versions of the rewards are compared again, after the window was reloaded too. */
  z.strictObject({ type: z.literal('compareAgain') }),
  /** Some of the completions that the compared versions score otherwise are to be pinned as cases. */
  z.strictObject({ type: z.literal('pinDisagreements') }),
  /** The difference of rewards has been read. */
  z.strictObject({ type: z.literal('clearRewardDiff') }),
  /** The replayed step has been read. */
  z.strictObject({ type: z.literal('clearReplay') }),
]);
export type FromOutputs = z.output<typeof fromOutputsSchema>;

/** A request that is none of these: whoever sent it still waits for an answer. */
const refusedSchema = z
  .object({ type: z.literal('request'), id: z.int() })
  .transform(({ id }) => ({ type: 'refused' as const, id }));
export type RefusedRequest = z.output<typeof refusedSchema>;

/** null for what is no message of the panel. */
export function parseFromOutputs(message: unknown): FromOutputs | RefusedRequest | null {
  return fromOutputsSchema.safeParse(message).data ?? refusedSchema.safeParse(message).data ?? null;
}
