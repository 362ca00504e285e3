import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { z } from 'zod';
import { sweepSchemaText } from './sweepSchema.ts';

const settings = z.record(z.string(), z.record(z.string(), z.unknown()));
const shape = z.object({
  properties: z.object({
    set: z.object({ properties: settings }),
    grid: z.object({ properties: settings }),
    list: z.object({ items: z.object({ properties: settings }) }),
  }),
});

test('the shipped schema is made from what parses a sweep', () => {
  const shipped = readFileSync(join(import.meta.dirname, '../../../../media/sweep.schema.json'), 'utf8');
  assert.equal(shipped, sweepSchemaText(), 'run: npm run make-schema');
});

test('what varies offers the settings of an experiment with their values', () => {
  const { set, grid, list } = shape.parse(JSON.parse(sweepSchemaText())).properties;
  const schedules = { default: 'constant', examples: ['constant', 'linear', 'cosine'] };
  assert.deepEqual(grid.properties['optimizer.schedule'], { type: 'array', minItems: 1, items: schedules });
  assert.deepEqual(list.items.properties['optimizer.schedule'], schedules);
  assert.match(String(grid.properties['algorithm.beta']?.['description']), /KL term/);
  assert.ok('training.steps' in set.properties);
  assert.ok(!('name' in set.properties), 'what an experiment is called is no setting');
});
