/**
 * Pinned cases, `<reward file>.reward-cases.json` beside a reward file: completions with the score that a function shall give them. One
 * schema from which come the parser, the types and the JSON schema of the editor.
 */
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { FaultyFileError, type TextRange } from './faultyFile.ts';
import { problemsOf, type Problem } from './jsonIssues.ts';
import { printEntry, readJsonSource, type EntryPath } from './jsonSource.ts';
import { nearest } from './nearest.ts';

/** Raised when the format changes its meaning. */
export const CASES_VERSION = 1;

/** Scores that are sums of fractions differ in their last digits between machines. */
export const DEFAULT_TOLERANCE = 1e-6;

const count = z.int().min(0);

const originSchema = z.strictObject({ run: z.string(), step: count, problem: count, sample: count });

const groupMember = z.strictObject({
  completion: z.string(),
  tokens: count.describe('Tokens of the completion, the one that ended it included.'),
});

export const expectedScoreSchema = z.union([z.number(), z.literal('error'), z.null()]);
/** What a function shall return; null where it shall not apply, `error` where it shall throw. */
export type ExpectedScore = z.output<typeof expectedScoreSchema>;

const caseSchema = z.strictObject({
  name: z.string().optional().describe('What the case is about, for whoever reads it.'),
  function: z.string().describe('The exported function of the reward file beside.'),
  expected: expectedScoreSchema.describe(
    'What the function shall return; `null` where it shall not apply, `"error"` where it shall throw. `true` counts as 1.',
  ),
  tolerance: z
    .number()
    .min(0)
    .default(DEFAULT_TOLERANCE)
    .describe('By how much the score may differ from `expected`, in either direction.'),
  row: z.record(z.string(), z.unknown()).describe("The dataset's columns."),
  prompt: z.string(),
  step: count.optional().describe('The training step that the function is told; left out where nothing is trained.'),
  completion: z
    .string()
    .optional()
    .describe('What the model wrote. Of a function that judges groups, `group` instead.'),
  tokens: count.optional().describe('Tokens of the completion, the one that ended it included.'),
  group: z
    .array(groupMember)
    .min(1)
    .optional()
    .describe('For a function with `"per": "group"`: all completions of the prompt.'),
  index: count.optional().describe('Which of the group the case is about, from 0.'),
  from: originSchema.optional().describe('Where the completion comes from, for whoever reads it.'),
});

const casesSchema = z.strictObject({
  version: z.literal(CASES_VERSION),
  cases: z.array(caseSchema),
});

/** Where a case comes from: a completion of a run. */
export type CaseOrigin = z.output<typeof originSchema>;

/** A case as it stands in the file. */
export type WrittenCase = z.input<typeof caseSchema>;

/** What a function is called with, and what it shall return. */
export interface RewardCase {
  readonly name: string | null;
  readonly function: string;
  readonly expected: ExpectedScore;
  readonly tolerance: number;
  readonly row: Readonly<Record<string, unknown>>;
  readonly prompt: string;
  /** The training step that the function is told; null where nothing is trained. */
  readonly step: number | null;
  /** One, or the whole group of a function that judges groups. */
  readonly completions: readonly { readonly text: string; readonly tokens: number }[];
  /** Which of them the case is about. */
  readonly index: number;
  /** Whether it holds a whole group. */
  readonly isGroup: boolean;
  readonly from: CaseOrigin | null;
}

/** A case with its place in the text: its opening brace. */
export interface PlacedCase extends RewardCase {
  readonly range: TextRange;
}

/** A file of cases that cannot be used. */
export class RewardCasesError extends FaultyFileError {}

/**
 * Reads a file of cases: JSON with comments.
 *
 * @param fileName as errors shall call it
 * @throws {RewardCasesError} listing every problem as `file:line:column  path: message`
 */
export function parseRewardCases(text: string, fileName: string): readonly PlacedCase[] {
  const { value, locate } = readJsonSource(text, fileName, {
    whenEmpty: `A file of cases is { "version": ${CASES_VERSION}, "cases": [] }.`,
    error: RewardCasesError,
  });
  const parsed = casesSchema.safeParse(value);
  const problems = parsed.success
    ? parsed.data.cases.flatMap((written, index) => contradictions(written, index))
    : problemsOf(parsed.error.issues, value, WORDS);
  const cases = parsed.success ? parsed.data.cases.map(caseOf) : [];
  problems.push(...repetitions(cases));
  if (problems.length > 0)
    throw new RewardCasesError(
      problems.map(({ path, message }) => ({ kind: 'meaning', place: locate(path), message })),
    );
  return cases.map((one, index) => ({ ...one, range: locate(['cases', index]).range ?? { offset: 0, length: 0 } }));
}

/** Whether two cases ask for the score of the same thing, whatever they expect. */
export function isSameInput(a: RewardCase, b: RewardCase): boolean {
  return (
    a.function === b.function &&
    a.index === b.index &&
    a.prompt === b.prompt &&
    a.step === b.step &&
    isDeepStrictEqual(a.completions, b.completions) &&
    isDeepStrictEqual(a.row, b.row)
  );
}

/** A case as it is written into a file; what has its default is left out. */
export function writtenCase({ completions, index, isGroup, ...one }: RewardCase): WrittenCase {
  const members = completions.map(({ text, tokens }) => ({ completion: text, tokens }));
  return {
    ...(one.name === null ? {} : { name: one.name }),
    function: one.function,
    expected: one.expected,
    ...(one.tolerance === DEFAULT_TOLERANCE ? {} : { tolerance: one.tolerance }),
    row: { ...one.row },
    prompt: one.prompt,
    ...(one.step === null ? {} : { step: one.step }),
    ...(isGroup ? { group: members, index } : members[0]),
    ...(one.from === null ? {} : { from: one.from }),
  };
}

/** The text of `media/reward-cases.schema.json`, draft 2020-12. */
export function rewardCasesSchemaText(): string {
  const schema = { title: 'RLVR-Ops reward cases', ...z.toJSONSchema(casesSchema, { io: 'input' }) };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

function caseOf(written: z.output<typeof caseSchema>): RewardCase {
  const { name = null, completion = '', tokens = 0, group, index = 0, step = null, from = null, ...rest } = written;
  const members = group ?? [{ completion, tokens }];
  return {
    ...rest,
    name,
    completions: members.map((member) => ({ text: member.completion, tokens: member.tokens })),
    index,
    step,
    isGroup: group !== undefined,
    from,
  };
}

/** What the schema cannot say: a case has one completion or a group, and all that belongs to it. */
function contradictions({ completion, tokens, group, index }: z.output<typeof caseSchema>, at: number): Problem[] {
  const path = ['cases', at];
  const problem = (key: string, message: string): Problem => ({
    path: [...path, key],
    message: `${printEntry([...path, key], '')}: ${message}`,
  });
  if (group === undefined) {
    return [
      ...(completion === undefined ? [problem('completion', 'is required, or `group` in its place')] : []),
      ...(tokens === undefined ? [problem('tokens', 'is required beside `completion`; it must be an integer')] : []),
      ...(index === undefined ? [] : [problem('index', 'belongs to `group`, which this case has not')]),
    ];
  }
  return [
    ...(completion === undefined ? [] : [problem('completion', 'stands beside `group`; keep one of them')]),
    ...(tokens === undefined ? [] : [problem('tokens', 'stands beside `group`, whose completions have their own')]),
    ...(index === undefined
      ? [problem('index', 'is required beside `group`; it must be an integer')]
      : index >= group.length
        ? [problem('index', `must be less than ${group.length}, the size of the group`)]
        : []),
  ];
}

function repetitions(cases: readonly RewardCase[]): Problem[] {
  return cases.flatMap((one, at) => {
    const first = cases.findIndex((other) => isSameInput(other, one));
    if (first === at) return [];
    const path: EntryPath = ['cases', at];
    return [{ path, message: `${printEntry(path, '')}: is the same as cases[${first}]; keep one of them` }];
  });
}

const WORDS = {
  printPath: (path: EntryPath) => printEntry(path, 'the file'),
  unknownKey: (path: EntryPath, key: string) => {
    const known = knownKeys(path);
    const near = nearest(key, known);
    const hint = near === undefined ? `known here: ${known.join(', ')}` : `did you mean \`${near}\`?`;
    return `unknown key \`${key}\` in ${printEntry(path, 'the file')}; ${hint}`;
  },
};

function knownKeys(path: EntryPath): string[] {
  if (path.length === 0) return Object.keys(casesSchema.shape);
  if (path.length === 2) return Object.keys(caseSchema.shape);
  return Object.keys(path.at(-1) === 'from' ? originSchema.shape : groupMember.shape);
}
