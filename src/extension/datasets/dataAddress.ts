/** Names of read-only texts that show what an experiment's data is like. */
import { basename } from 'node:path';
import { z } from 'zod';

/** Of its own: a scheme has one provider, and `rlvr:` is for texts about runs. */
export const DATA_SCHEME = 'rlvr-data';

const querySchema = z.strictObject({ experiment: z.string() });

/** The parts of an address that this file decides. */
export interface DataAddress {
  readonly scheme: typeof DATA_SCHEME;
  /** What the editor shows. */
  readonly path: string;
  readonly query: string;
}

/** @param experiment path of the experiment file, absolute */
export function dataAddress(experiment: string): DataAddress {
  const name = basename(experiment, '.rlvr.json');
  return { scheme: DATA_SCHEME, path: `/${name}.data.txt`, query: JSON.stringify({ experiment }) };
}

/** The path of the experiment file; null for an address that is none of ours. */
export function describedExperiment(query: string): string | null {
  try {
    return querySchema.safeParse(JSON.parse(query)).data?.experiment ?? null;
  } catch {
    return null;
  }
}
