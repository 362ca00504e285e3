import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { completionSchemaText } from './completionSchema.ts';

const schema: unknown = JSON.parse(completionSchemaText());

/** Keywords of JSON schema that refuse no value. */
const HARMLESS = [
  '$schema',
  'title',
  'description',
  'default',
  'examples',
  'defaultSnippets',
  'properties',
  'items',
  'anyOf',
];

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

function at(value: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>((inner, key) => new Map(entriesOf(inner)).get(key), value);
}

test('the committed file is current', () => {
  const file = new URL('../../../media/experiment.completion.schema.json', import.meta.url);
  assert.equal(readFileSync(file, 'utf8'), completionSchemaText(), 'run `npm run make-schema`');
});

test('nothing in it can refuse a value', () => {
  const check = (value: unknown): void => {
    for (const [keyword, inner] of entriesOf(value)) {
      assert.ok(HARMLESS.includes(keyword), keyword);
      if (keyword === 'items') check(inner);
      if (keyword === 'properties' || keyword === 'anyOf') for (const [, each] of entriesOf(inner)) check(each);
    }
  };
  check(schema);
});

test('it offers names to choose from, and explains', () => {
  assert.deepEqual(at(schema, 'properties', 'algorithm', 'properties', 'kl', 'examples'), ['k1', 'k2', 'k3']);
  assert.deepEqual(at(schema, 'properties', 'full', 'examples'), [true, false]);
  assert.deepEqual(at(schema, 'properties', 'model', 'examples'), ['builtin:demo']);
  assert.match(String(at(schema, 'properties', 'dataset', 'properties', 'source', 'description')), /JSONL/);
  assert.equal(at(schema, 'properties', 'training', 'default'), undefined);
});
