/**
 * Scoring on request, by an engine without a run: completions of a run or any others, with reward functions as they are on the disk
 * or, unsaved, in an editor.
 */
import { z } from 'zod';
import { rewardConfigSchema } from './experiment.ts';

/** A problem at a step of a run: all its completions. */
const storedGroupSchema = z.strictObject({
  step: z.int(),
  purpose: z.enum(['rollout', 'evaluation']),
  split: z.enum(['train', 'validation', 'test']),
  problem: z.int(),
});
export type StoredGroup = z.output<typeof storedGroupSchema>;

/** Completions of one prompt, as they are given. */
export const givenGroupSchema = z.strictObject({
  /** The dataset's columns. */
  row: z.record(z.string(), z.unknown()),
  prompt: z.string(),
  /** The training step that they were written in; left out where nothing is trained. */
  step: z.int().exactOptional(),
  completions: z.array(
    z.strictObject({
      text: z.string(),
      /** Number of tokens, the one that ended the completion included. */
      tokens: z.int(),
    }),
  ),
});
export type GivenGroup = z.output<typeof givenGroupSchema>;

/** The text of a file as an editor has it: it stands for what is on the disk. */
const unsavedFile = z.strictObject({ path: z.string(), text: z.string() });
export type UnsavedFile = z.output<typeof unsavedFile>;

/** The reward functions of an experiment. */
const rewardVersionSchema = z.strictObject({
  rewards: z.array(rewardConfigSchema),
  /** Folder of the experiment: files of rewards are relative to it. */
  baseDir: z.string(),
  /** By task, those that do not apply to it, see `skippedByTask`; left out where the experiment is the one of the run that is scored. */
  skipped: z.record(z.string(), z.array(z.string())).exactOptional(),
});
export type RewardVersion = z.output<typeof rewardVersionSchema>;

export const scoreRequestSchema = z.strictObject({
  kind: z.literal('score'),
  ...rewardVersionSchema.shape,
  unsaved: z.array(unsavedFile),
  /** Asked while somebody types: the next such question takes the place of this one, which then fails. */
  live: z.boolean(),
  /** About one of two versions that are held against each other: of such questions too the next takes the place of this one. */
  compares: z.literal(true).exactOptional(),
  /** About a text that nobody has typed: what an edit would come to. The next such question takes the place of this one, too. */
  tries: z.literal(true).exactOptional(),
  of: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('stored'), runDir: z.string(), groups: z.array(storedGroupSchema) }),
    z.strictObject({ kind: z.literal('given'), groups: z.array(givenGroupSchema) }),
  ]),
  /** Tells of one file what happened in it, see `Trace`. */
  trace: z
    .strictObject({
      /** Absolute path. */
      file: z.string(),
      /** Index among all completions of the one whose values are wanted. */
      watch: z.int().nullable(),
    })
    .exactOptional(),
});
export type ScoreRequest = z.output<typeof scoreRequestSchema>;

const count = z.int().nonnegative();

/** Where something is in a file: lines and columns from 0, columns in UTF-16 units, the end exclusive. */
const placeSchema = z.object({ line: count, column: count, endLine: count, endColumn: count });
export type Place = z.output<typeof placeSchema>;

const traceSchema = z.object({
  /** What the watched completion came to at each place: the last value where there were several. In the order of the ends. */
  values: z.array(
    placeSchema.extend({
      kind: z.enum(['const', 'assigned', 'return', 'condition']),
      /** As a person would write it, short. */
      text: z.string(),
      /** How often the place was come to for the watched completion. */
      times: count,
    }),
  ),
  /** Branches, with the number of calls that took each at least once. `calls` are those that came to where it branches. */
  branches: z.array(placeSchema.extend({ what: z.enum(['then', 'else', 'case']), took: count, calls: count })),
  /** Regular expressions that were tried: the number of calls that tried, and in which it matched at least once. */
  matches: z.array(placeSchema.extend({ matched: count, calls: count })),
});
/** What happened inside the functions of one file while completions were scored. */
export type Trace = z.output<typeof traceSchema>;

const errorKindSchema = z.enum(['threw', 'timeout', 'notFinite', 'wrongType', 'wrongLength', 'crashed', 'memory']);

export const scoreReplySchema = z.object({
  kind: z.literal('score'),
  /** In the order of the question. */
  rewards: z.array(z.string()),
  /**
   * Parallel to the frame's arrays: the groups that were asked about, each with its `samples` in the order of the run's keys. Array 0
   * holds the combined rewards, array 1 + n those of `rewards[n]`; NaN where there is none.
   */
  samples: z.array(count),
  /** `[reward, index of the completion, kind, message]` of what failed. */
  errors: z.array(z.tuple([z.string(), count, errorKindSchema, z.string()])),
  /** null where none was asked for, or the file cannot be told about. */
  trace: traceSchema.nullable(),
});
export type ScoreReply = z.output<typeof scoreReplySchema>;
