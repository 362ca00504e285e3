/** Which runs a comparison is of. */
import { basename } from 'node:path';
import { z } from 'zod';

/** The runs of a comparison; what the panel keeps over a reload. */
export interface ComparedRuns {
  /** Their folders. */
  readonly runs: readonly string[];
  /** Of a whole sweep, the folders of all its runs, of which `runs` are looked at; left out where those are all. */
  readonly all?: readonly string[] | undefined;
  /** Folder of the run that the others are compared with; the oldest where null. */
  readonly baseline: string | null;
}

const comparedRunsSchema = z.object({
  runs: z.array(z.string()),
  all: z.array(z.string()).optional(),
  baseline: z.string().nullable(),
});

/** Reads what was kept; without runs where it is none of that. */
export function parseComparedRuns(kept: unknown): ComparedRuns {
  return comparedRunsSchema.safeParse(kept).data ?? { runs: [], baseline: null };
}

/** A run's folder is called by when it was started. */
export function byAge(a: string, b: string): number {
  return basename(a) < basename(b) ? -1 : Number(basename(a) > basename(b));
}
