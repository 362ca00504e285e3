/** Scores what is asked for on standard input, for programs that have completions of their own. */
import { dirname } from 'node:path';
import { stdin } from 'node:process';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { findExperiment } from '../../handover/findExperiment.ts';
import type { Scorer } from '../../reward/scorer.ts';
import { EXIT, type CommandIO } from '../command.ts';
import { printJson } from '../json.ts';
import { withScorer } from './withScorer.ts';
import { schemaWords } from '../../protocol/schemaWords.ts';

/** A line of the input: completions by group, with the dataset's row that they answer. */
const questionSchema = z.strictObject({
  groups: z.array(
    z.strictObject({
      row: z.record(z.string(), z.unknown()),
      prompt: z.string(),
      step: z.int().min(0).optional(),
      /** Names of rewards that do not apply, and are not asked. */
      skip: z.array(z.string()).optional(),
      completions: z.array(z.strictObject({ text: z.string(), tokens: z.int().min(0).default(0) })),
    }),
  ),
});

/**
 * Answers each line with one: `groups`, in it for each completion `reward` and `rewards` by name, as runs have them; or `error` with why the
 * line cannot be read. Ends with the input.
 * @param path of an experiment file or a run folder, absolute
 * @throws UserError where it is neither, or a reward cannot be used
 */
export async function scoreStdin(path: string, io: CommandIO): Promise<number> {
  const { experiment, experimentPath } = findExperiment(path);
  const { rewards } = experiment;
  const done = await withScorer({ rewards, baseDir: dirname(experimentPath) }, io, async (scorer) => {
    for await (const line of createInterface({ input: stdin, crlfDelay: Infinity })) {
      if (line.trim() !== '') printJson(io.stdout, await answer(line, scorer));
    }
    return true;
  });
  return done === null ? EXIT.stopped : EXIT.done;
}

async function answer(line: string, scorer: Scorer): Promise<object> {
  const parsed = questionSchema.safeParse(parseJson(line));
  if (!parsed.success) return { error: `this line is no question: ${schemaWords(parsed.error)}` };
  const groups = parsed.data.groups.map(({ step, skip, ...group }) => ({
    ...group,
    ...(step !== undefined && { step }),
    ...(skip !== undefined && { skip }),
  }));
  return { groups: await scorer.score(groups) };
}

/** undefined where it is no JSON, which no question is. */
function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
