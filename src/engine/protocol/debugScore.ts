/** What "Debug This Score" gives to the program that a debugger starts: one call of one reward function. */
import { z } from 'zod';
import { givenGroupSchema } from './scoring.ts';

export const debuggedCallSchema = z.strictObject({
  /** The reward file, absolute. */
  file: z.string(),
  /** Folder of the experiment: messages are relative to it. */
  baseDir: z.string(),
  function: z.string(),
  per: z.enum(['completion', 'group']),
  options: z.record(z.string(), z.unknown()),
  group: givenGroupSchema,
  /** Which of its completions the score is of. */
  index: z.int().min(0),
});
export type DebuggedCall = z.output<typeof debuggedCallSchema>;

/** Files in the folder that is given to the program. */
export const CALL_FILE = 'call.json';
/** What judges replied in the run that the completion is of, as the run keeps it; missing where they were not asked. */
export const REPLIES_FILE = 'judge.jsonl';
/** Beside it, the bundled reward file with its source map. */
export const MODULES_FOLDER = 'modules';

/** Whether a reward asks a judge: it names the address of one. */
export function asksJudge({ options }: Pick<DebuggedCall, 'options'>): boolean {
  return typeof options['baseUrl'] === 'string';
}
