/** Names of read-only texts that show an experiment's prompts. */
import { basename } from 'node:path';
import { z } from 'zod';

/** Of its own: a scheme has one provider, and `rlvr:` is for texts about runs. */
export const PREVIEW_SCHEME = 'rlvr-prompts';

const querySchema = z.strictObject({ experiment: z.string() });

/** The parts of an address that this file decides. */
export interface PreviewAddress {
  readonly scheme: typeof PREVIEW_SCHEME;
  /** What the editor shows. */
  readonly path: string;
  readonly query: string;
}

/** @param experiment path of the experiment file, absolute */
export function previewAddress(experiment: string): PreviewAddress {
  const name = basename(experiment, '.rlvr.json');
  return { scheme: PREVIEW_SCHEME, path: `/${name}.prompts.txt`, query: JSON.stringify({ experiment }) };
}

/** The path of the experiment file; null for an address that is none of ours. */
export function previewedExperiment(query: string): string | null {
  try {
    return querySchema.safeParse(JSON.parse(query)).data?.experiment ?? null;
  } catch {
    return null;
  }
}
