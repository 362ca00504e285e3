/** Writes the JSON schemas in `media/` from the types that parse experiments, files of cases and sweeps: `npm run make-schema`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { completionSchemaText } from '../src/engine/protocol/completionSchema.ts';
import { experimentJsonSchemaText } from '../src/engine/protocol/jsonSchema.ts';
import { rewardCasesSchemaText } from '../src/engine/protocol/rewardCases.ts';
import { sweepSchemaText } from '../src/engine/protocol/sweep/sweepSchema.ts';

const media = path.resolve(import.meta.dirname, '../media');
mkdirSync(media, { recursive: true });
for (const [name, text] of [
  ['experiment.schema.json', experimentJsonSchemaText()],
  ['experiment.completion.schema.json', completionSchemaText()],
  ['reward-cases.schema.json', rewardCasesSchemaText()],
  ['sweep.schema.json', sweepSchemaText()],
] as const) {
  const file = path.join(media, name);
  writeFileSync(file, text);
  console.log(path.relative(process.cwd(), file));
}
