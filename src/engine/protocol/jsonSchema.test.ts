import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { experimentJsonSchemaText } from './jsonSchema.ts';

test('the committed schema is current', () => {
  const committed = readFileSync(new URL('../../../media/experiment.schema.json', import.meta.url), 'utf8');
  assert.equal(committed, experimentJsonSchemaText(), 'run `npm run make-schema`');
});
