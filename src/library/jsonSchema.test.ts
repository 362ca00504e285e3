import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { jsonProblem, type JsonSchema } from './jsonSchema.ts';

const person: JsonSchema = Object.freeze({
  type: 'object',
  properties: Object.freeze({ name: Object.freeze({ type: 'string' }), age: Object.freeze({ $ref: '#/$defs/age' }) }),
  required: Object.freeze(['name']),
  additionalProperties: false,
  $defs: Object.freeze({ age: Object.freeze({ type: 'integer', minimum: 0 }) }),
});

const allowed: readonly (readonly [JsonSchema, string])[] = [
  [person, '{"name":"Ada"}'],
  [person, ' {"name":"Ada","age":36}\n'],
  [true, '[1]'],
  [{ type: ['string', 'null'] }, 'null'],
  [{ enum: [1, { a: [2] }] }, '{"a":[2.0]}'],
  [{ prefixItems: [{ type: 'string' }], items: false }, '["a"]'],
  [
    { $schema: 'http://json-schema.org/draft-07/schema#', items: [{ type: 'string' }], additionalItems: false },
    '["a"]',
  ],
];

const refused: readonly (readonly [JsonSchema, string, RegExp])[] = [
  [person, '{"name":1}', /^#\/name: .*"string"/],
  [person, '{"name":"Ada","age":-1}', /^#\/age: .*-1/],
  [person, '{"name":"Ada","height":2}', /height/],
  [person, '{}', /"name"/],
  [person, '```json\n{"name":"Ada"}\n```', /^not JSON: /],
  [person, '{"name":"Ada"', /^not JSON: /],
  [person, '', /^not JSON: /],
  [person, '{"__proto__":{"name":"Ada"}}', /"name"|__proto__/],
  [false, '1', /False/],
  [{ prefixItems: [{ type: 'string' }], items: false }, '["a",1]', /#\/1/],
  [
    { $schema: 'http://json-schema.org/draft-07/schema#', items: [{ type: 'string' }], additionalItems: false },
    '["a",1]',
    /#/,
  ],
];

for (const [schema, text] of allowed) {
  test(`${JSON.stringify(schema)} allows ${JSON.stringify(text)}`, () => assert.equal(jsonProblem(text, schema), null));
}

for (const [schema, text, problem] of refused) {
  test(`${JSON.stringify(schema)} refuses ${JSON.stringify(text)}`, () =>
    assert.match(jsonProblem(text, schema) ?? 'none', problem));
}

test('a schema that refers to what is not there is an error of the reward', () => {
  assert.throws(() => jsonProblem('1', { $ref: '#/$defs/missing' }), /missing/);
});

test('whatever is JSON has the schema of anything, and nothing else has', () => {
  fc.assert(fc.property(fc.json(), (text) => assert.equal(jsonProblem(text, {}), null)));
  fc.assert(fc.property(fc.json(), (text) => assert.match(jsonProblem(`${text}}`, {}) ?? '', /not JSON/)));
});
