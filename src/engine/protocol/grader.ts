/**
 * What the engine and a grader process say to each other. The grader runs user code, so frames are JSON lines over pipes
 * (never structured clone), and everything it says is parsed from `unknown` with size limits.
 */
import { z } from 'zod';
import { questionSchema } from './services.ts';

/** Engine to grader, once, before anything else. */
export interface GraderSetup {
  readonly kind: 'setup';
  /** Absolute path of the experiment's folder: places in messages are relative to it. */
  readonly folder: string;
  readonly rewards: readonly {
    readonly name: string;
    /** Absolute path of the bundled module; null for a built-in. */
    readonly module: string | null;
    readonly function: string;
    readonly per: 'completion' | 'group';
    readonly options: Readonly<Record<string, unknown>>;
    /** How long one completion may take; the one call for a group has that of all its completions. */
    readonly timeoutMs: number;
  }[];
  /** How many places the modules call a probe from; without it none, and no job is followed by a trace. */
  readonly places?: number;
  /** For the grader of code in Python, whose modules are files of the user's. */
  readonly python?: PythonSetup;
}

/** Whose calling convention a reward function in Python follows, which its parameters tell. */
export type PythonConvention = 'trl' | 'verl';

export interface PythonSetup {
  /** The project's modules, as they are to be loaded whatever is on the disk; paths are absolute. */
  readonly sources: readonly { readonly path: string; readonly text: string }[];
  /** By name of the reward; `place` is where the function begins, such as "reward.py:3:5". */
  readonly functions: Readonly<Record<string, { readonly convention: PythonConvention; readonly place: string }>>;
  /** What the process may take. */
  readonly memoryBytes: number;
}

/**
 * Engine to grader: score one group, or with `per: completion` any number of completions, with one function. `items` are the
 * arguments by name: completion, prompt, columns of the row.
 */
export interface GraderJob {
  readonly kind: 'score';
  readonly id: number;
  readonly reward: string;
  readonly items: readonly Readonly<Record<string, unknown>>[];
  /** Index of the item in whose call values are looked at, or any of the group. */
  readonly watch?: number;
}

/** Engine to grader: the answer to a question of a reward function. */
export interface GraderAnswer {
  readonly kind: 'answer';
  readonly question: number;
  readonly value: unknown;
  /** Why there is none; null where there is. */
  readonly error: string | null;
}

const values = z.record(z.string(), z.unknown());

/** The grader's own checks of what it is told. */
export const graderAnswerSchema = z.strictObject({
  kind: z.literal('answer'),
  question: z.int(),
  value: z.unknown(),
  error: z.string().nullable(),
});

export const graderRequestSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('setup'),
    folder: z.string(),
    rewards: z.array(
      z.strictObject({
        name: z.string(),
        module: z.string().nullable(),
        function: z.string(),
        per: z.enum(['completion', 'group']),
        options: values,
        timeoutMs: z.number().positive(),
      }),
    ),
    places: z.int().positive().exactOptional(),
  }),
  z.strictObject({
    kind: z.literal('score'),
    id: z.int(),
    reward: z.string(),
    items: z.array(values),
    watch: z.int().nonnegative().exactOptional(),
  }),
]);

/** What the process may do, as Node's permission model answers in it; a run keeps it. */
export const grantedPermissionsSchema = z.strictObject({
  /** It runs under the model; all else is true where it does not. */
  enforced: z.boolean(),
  /** Any file of the user's. */
  readsEverything: z.boolean(),
  writesEverything: z.boolean(),
  childProcesses: z.boolean(),
  workers: z.boolean(),
  addons: z.boolean(),
  wasi: z.boolean(),
  inspector: z.boolean(),
  network: z.boolean(),
});

export type GrantedPermissions = Readonly<z.output<typeof grantedPermissionsSchema>>;

/** Places of code that are told of: more than any reward has, and few enough for a frame. */
export const MAX_PLACES = 2_000;

const counts = z.array(z.int().nonnegative()).max(MAX_PLACES);

const graderTraceSchema = z.strictObject({
  /** By place, the number of calls that came to it; to what is a condition or a regular expression, ... */
  reached: counts,
  /** ... and for which it held or matched, ... */
  yes: counts,
  /** ... or not. */
  no: counts,
  /** Place, value and how often it was come to, of the call that is watched. */
  values: z.array(z.tuple([z.int().nonnegative(), z.string().max(80), z.int().positive()])).max(MAX_PLACES),
});
/** What happened in instrumented code during a job. */
export type GraderTrace = z.output<typeof graderTraceSchema>;

/** Of an answer so much is kept: one is a number, a letter or a formula, and where a rule takes the whole text for it, its beginning will do. */
export const MAX_ANSWER_CHARS = 200;

/** Which answers were found in the completions of a call: place in the call and answer, null where a search found none. */
const answersSchema = z.array(z.tuple([z.int().nonnegative(), z.string().max(MAX_ANSWER_CHARS).nullable()]));
export type AnswersFrame = z.output<typeof answersSchema>;

export const graderReplySchema = z.discriminatedUnion('kind', [
  /** The first of all, said before any user code is loaded. */
  z.strictObject({ kind: z.literal('permissions'), granted: grantedPermissionsSchema }),
  z.strictObject({ kind: z.literal('ready') }),
  z.strictObject({ kind: z.literal('loadError'), reward: z.string().max(256), message: z.string().max(16_384) }),
  /** An item is about to be scored: should the process hang or die now, this is one it may be the fault of. */
  z.strictObject({ kind: z.literal('started'), id: z.int(), item: z.int().nullable() }),
  /** The value of one item (`per: completion`), or of all of them (`item: null`). */
  z.strictObject({
    kind: z.literal('result'),
    id: z.int(),
    item: z.int().nullable(),
    value: z.unknown(),
    answers: answersSchema.exactOptional(),
  }),
  z.strictObject({
    kind: z.literal('threw'),
    id: z.int(),
    item: z.int().nullable(),
    timeout: z.boolean(),
    message: z.string().max(16_384),
  }),
  /** A reward function asks something of the engine, any time after it is loaded. */
  z.strictObject({ kind: z.literal('question'), question: z.int(), asked: questionSchema }),
  /** After the last item of a job. */
  z.strictObject({ kind: z.literal('trace'), id: z.int(), trace: graderTraceSchema }),
]);

/** Grader to engine. */
export type GraderReply = z.output<typeof graderReplySchema>;
