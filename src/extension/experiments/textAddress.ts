/** Names of read-only texts that are written about an experiment file, as `rlvr:` is for texts about runs. */
import { basename } from 'node:path';
import { z } from 'zod';

/** Each kind has a scheme of its own, since a scheme has one provider; and what stands in its tab: `gsm8k.data.txt`. */
export interface ExperimentText {
  readonly scheme: string;
  readonly kind: string;
}

export const DATA_TEXT: ExperimentText = { scheme: 'rlvr-data', kind: 'data' };
export const FORECAST_TEXT: ExperimentText = { scheme: 'rlvr-forecast', kind: 'forecast' };
export const PROMPTS_TEXT: ExperimentText = { scheme: 'rlvr-prompts', kind: 'prompts' };

const querySchema = z.strictObject({ experiment: z.string() });

/** The parts of an address that this file decides. */
export interface TextAddress {
  readonly scheme: string;
  /** What the editor shows. */
  readonly path: string;
  readonly query: string;
}

/** @param experiment path of the experiment file, absolute */
export function textAddress({ scheme, kind }: ExperimentText, experiment: string): TextAddress {
  const name = basename(experiment, '.rlvr.json');
  return { scheme, path: `/${name}.${kind}.txt`, query: JSON.stringify({ experiment }) };
}

/** The path of the experiment file that a text is about; null for an address that is none of ours. */
export function experimentOfText(query: string): string | null {
  try {
    return querySchema.safeParse(JSON.parse(query)).data?.experiment ?? null;
  } catch {
    return null;
  }
}
