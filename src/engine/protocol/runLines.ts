/**
 * A run's folder in lines of text, by which another machine has it while the run goes on: what a job of a cluster prints is all that comes back
 * from there. `run/mirror/` writes and reads them.
 */
import { z } from 'zod';
import { eventSchema } from './fromEngine.ts';

/** What else a job prints, events and words, is on lines without it. */
const PREFIX = 'rlvr-run ';

/** Files travel in blocks of a page of SQLite's, so that of a large database only what changed does. */
export const BLOCK_BYTES = 4096;

/** Characters of the longest line: Ray passes on at most 4 MiB at once, in which ten lines may be. */
export const MAX_RUN_LINE = 384 * 1024;

/** A path in a run's folder that leads nowhere else, on any platform. */
const path = z
  .string()
  .max(1024)
  .regex(/^[^\\/:*?"<>|\p{Cc}]+(?:\/[^\\/:*?"<>|\p{Cc}]+)*$/u)
  .refine((text) => !text.split('/').some((part) => /^\.+$|[. ]$/.test(part)), 'a path within the run');

const count = z.int().nonnegative();
const line = z.int().positive();

const runLineSchema = z.discriminatedUnion('kind', [
  /** First of all. */
  z.strictObject({ kind: z.literal('run'), line, id: z.string().regex(/^\d{8}-\d{6}-[a-z0-9]+$/) }),
  /** Blocks of a file, by their numbers, one behind the other and deflated, in base64. */
  z.strictObject({ kind: z.literal('blocks'), line, path, blocks: z.array(count), data: z.base64() }),
  /** That is the whole of the file. */
  z.strictObject({ kind: z.literal('file'), line, path, bytes: count, sha256: z.string() }),
  z.strictObject({ kind: z.literal('gone'), line, path }),
  /** What came before is a state of the run. */
  z.strictObject({ kind: z.literal('whole'), line }),
  /** What the engine said, of a state that came before. */
  z.strictObject({ kind: z.literal('event'), event: eventSchema }),
  /** The last: why there is no run any more. */
  z.strictObject({ kind: z.literal('failed'), message: z.string() }),
]);
export type RunLine = z.output<typeof runLineSchema>;
/** One that tells of the folder; these are numbered from 1 on. */
export type FolderLine = Extract<RunLine, { line: number }>;

export function printRunLine(runLine: RunLine): string {
  return `${PREFIX}${JSON.stringify(runLine)}\n`;
}

/** null for a line of another kind. @throws Error for one that begins like these and is none */
export function parseRunLine(text: string): RunLine | null {
  if (!text.startsWith(PREFIX)) return null;
  if (text.length > MAX_RUN_LINE) throw new Error(`a line of ${text.length} characters`);
  return runLineSchema.parse(JSON.parse(text.slice(PREFIX.length)));
}
