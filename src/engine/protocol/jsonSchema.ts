/** The JSON schema of the experiment file, from the schema that parses it: completion, hover text and checks in the editor. */
import { z } from 'zod';
import { experimentSchema } from './experiment.ts';

export type JsonSchema = z.core.JSONSchema.JSONSchema;

/** What a file may say (defaults are optional), as JSON schema draft 2020-12. */
export function experimentJsonSchema(): JsonSchema {
  return { title: 'RLVR-Ops experiment', ...z.toJSONSchema(experimentSchema, { io: 'input' }) };
}

/** The text of `media/experiment.schema.json`. */
export function experimentJsonSchemaText(): string {
  return `${JSON.stringify(experimentJsonSchema(), null, 2)}\n`;
}
