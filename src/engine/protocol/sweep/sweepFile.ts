/**
 * A sweep, `<name>.sweep.json` beside the experiment that it varies. One schema from which come the parser, the types and the JSON
 * schema of the editor; `rlvr sweep --vary` says the same on the command line.
 */
import { z } from 'zod';
import { UserError } from '../errors.ts';
import { FaultyFileError } from '../faultyFile.ts';
import { problemsOf } from '../jsonIssues.ts';
import { printEntry, readJsonSource, type EntryPath } from '../jsonSource.ts';
import { nearest } from '../nearest.ts';
import { MAX_SEEDS } from '../plannedRuns.ts';
import { checkPaths, type Assigned, type Variation } from './recipes.ts';

/** How the name of a file that describes a sweep ends. */
export const SWEEP_EXTENSION = '.sweep.json';

const assigned = z.record(z.string(), z.unknown());

export const sweepFileSchema = z.strictObject({
  $schema: z.string().optional(),
  name: z.string().min(1).optional().describe("What the sweep is called; the file's name unless given."),
  experiment: z.string().min(1).describe('The experiment that is varied, *.rlvr.json, relative to this file.'),
  set: assigned
    .default({})
    .describe('Values for all runs in place of those of the experiment, by path: `{"training.steps": 200}`.'),
  grid: z
    .record(z.string(), z.array(z.unknown()).min(1))
    .default({})
    .describe('Values by path, each with every one of the others: `{"optimizer.learningRate": [1e-4, 3e-4]}`.'),
  list: z
    .array(assigned)
    .default([])
    .describe(
      'Alternatives, each of which may set several paths; with `grid`, every alternative with all of the grid.',
    ),
  seeds: z
    .int()
    .min(1)
    .max(MAX_SEEDS)
    .default(1)
    .describe("How many seeds of each, from the experiment's own on; it takes three to speak of a setting."),
});

/** What a sweep is asked to be, before it is held against its experiment. */
export interface SweepDescription extends Variation {
  /** null where it has the name of its file. */
  readonly name: string | null;
  /** The experiment file, relative to where the description is. */
  readonly experiment: string;
  readonly set: Assigned;
  readonly seeds: number;
}

/** A file of a sweep that cannot be used. */
export class SweepFileError extends FaultyFileError {}

/**
 * Reads a sweep's file: JSON with comments.
 *
 * @param fileName as errors shall call it
 * @throws {SweepFileError} listing every problem as `file:line:column  path: message`
 */
export function parseSweepFile(text: string, fileName: string): SweepDescription {
  const { value, locate } = readJsonSource(text, fileName, {
    whenEmpty: 'A sweep is { "experiment": "my.rlvr.json", "grid": { "optimizer.learningRate": [1e-4, 3e-4] } }.',
    error: SweepFileError,
  });
  const fail = (problems: readonly { readonly path: EntryPath; readonly message: string }[]): never => {
    throw new SweepFileError(problems.map(({ path, message }) => ({ kind: 'meaning', place: locate(path), message })));
  };
  const parsed = sweepFileSchema.safeParse(value);
  if (!parsed.success) return fail(problemsOf(parsed.error.issues, value, WORDS));
  const { name = null, experiment, set, grid, list, seeds } = parsed.data;
  try {
    checkPaths({ grid, list });
    checkPaths({ grid: {}, list: [set] });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return fail([{ path: [], message: error.message }]);
  }
  if (Object.keys(grid).length === 0 && list.length === 0 && seeds === 1)
    return fail([{ path: [], message: NOTHING_VARIED }]);
  return { name, experiment, set, grid, list, seeds };
}

const NOTHING_VARIED = 'nothing is varied: give a `grid`, a `list` or several `seeds`.';

const WORDS = {
  printPath: (path: EntryPath) => printEntry(path, 'the sweep'),
  unknownKey: (_: EntryPath, key: string) => {
    const known = Object.keys(sweepFileSchema.shape);
    const near = nearest(key, known);
    const hint = near === undefined ? `known here: ${known.join(', ')}` : `did you mean \`${near}\`?`;
    return `unknown key \`${key}\`; ${hint}`;
  },
};
