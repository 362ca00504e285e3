/** Names of read-only texts about runs, as `rlvr:` addresses carry them. */
import { basename } from 'node:path';
import { z } from 'zod';

export const RUN_SCHEME = 'rlvr';

/**
 * `kept`: a file that the run keeps, `rewards/0/reward.ts`; `code`: the commit and the difference to it; `dataset`: its rows, as far as
 * the run keeps them; `none`: an empty text, the other side of a file that one run alone has; `replaced`: a file's text of before it was
 * saved, which only the window that saved it has.
 */
const documentSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('kept'), runDir: z.string(), path: z.string() }),
  z.strictObject({ kind: z.literal('code'), runDir: z.string() }),
  z.strictObject({ kind: z.literal('dataset'), runDir: z.string() }),
  z.strictObject({ kind: z.literal('none'), path: z.string() }),
  z.strictObject({ kind: z.literal('replaced'), path: z.string(), version: z.int() }),
]);
export type RunDocument = z.output<typeof documentSchema>;

/** The parts of an address that this file decides. */
export interface RunAddress {
  readonly scheme: typeof RUN_SCHEME;
  /** What the editor shows, and by whose end it knows the language. */
  readonly path: string;
  readonly query: string;
}

export function addressOf(document: RunDocument): RunAddress {
  return { scheme: RUN_SCHEME, path: `/${fileName(document)}`, query: JSON.stringify(document) };
}

/** null for an address that is none of ours. */
export function parseQuery(query: string): RunDocument | null {
  try {
    return documentSchema.safeParse(JSON.parse(query)).data ?? null;
  } catch {
    return null;
  }
}

function fileName(document: RunDocument): string {
  switch (document.kind) {
    case 'code':
      return 'code.diff';
    case 'dataset':
      return 'dataset.jsonl';
    case 'kept':
    case 'none':
      return document.path;
    case 'replaced':
      return basename(document.path);
  }
}
