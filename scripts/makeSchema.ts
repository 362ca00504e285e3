/** Writes `media/experiment.schema.json` from the types that parse an experiment: `npm run make-schema`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { experimentJsonSchemaText } from '../src/engine/protocol/jsonSchema.ts';

const file = path.resolve(import.meta.dirname, '../media/experiment.schema.json');
mkdirSync(path.dirname(file), { recursive: true });
writeFileSync(file, experimentJsonSchemaText());
console.log(path.relative(process.cwd(), file));
