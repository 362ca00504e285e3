/** Values that a schema accepts, so that every message of a protocol is a seed without writing one down for each. */
import fc from 'fast-check';
import { z } from 'zod';

interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly prefixItems?: readonly JsonSchema[];
  readonly minLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
}

/** Values of a schema's input; those that it checks beyond their shape (`refine`) may be refused. */
export function ofSchema(schema: z.ZodType): fc.Arbitrary<unknown> {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- what zod writes is described above, and read as untrusted below
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', reused: 'inline' }) as JsonSchema;
  return arbitraryOf(json);
}

/** Strings: a pattern's own where it has one, within what JSON Schema and JavaScript agree on. */
function text({ pattern, minLength = 0 }: JsonSchema): fc.Arbitrary<string> {
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern)).filter((value) => value.length < 100);
  const some = fc.constantFrom(
    'a',
    'reward',
    'train.jsonl',
    '2026-01-01T00:00:00.000Z',
    '/tmp/x',
    'owner/name',
    'a'.repeat(40),
  );
  return fc.oneof(some, fc.string({ maxLength: 12 })).filter((value) => value.length >= minLength);
}

const SAFE = Number.MAX_SAFE_INTEGER;

function arbitraryOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  const among = schema.anyOf ?? schema.oneOf;
  if (among !== undefined) return fc.oneof(...among.map(arbitraryOf));
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  switch (schema.type) {
    case 'object':
      return object(schema);
    case 'array':
      return array(schema);
    case 'string':
      return text(schema);
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'integer':
      return fc.oneof(
        fc.integer({
          min: Math.max(schema.minimum ?? -9, -SAFE),
          max: Math.min((schema.minimum ?? 0) + 9, schema.maximum ?? SAFE),
        }),
        fc.constant(Math.max(schema.minimum ?? 0, 0)),
      );
    case 'number':
      return fc.oneof(
        fc.constantFrom(0.5, 1),
        fc.double({ min: schema.minimum ?? -1e6, max: schema.maximum ?? 1e6, noNaN: true }),
      );
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function object({ properties = {}, required = [], additionalProperties }: JsonSchema): fc.Arbitrary<unknown> {
  const known = Object.entries(properties).map(([key, schema]): [string, fc.Arbitrary<unknown>] => [
    key,
    arbitraryOf(schema),
  ]);
  const record = fc.record(Object.fromEntries(known), { requiredKeys: [...required] });
  if (typeof additionalProperties !== 'object' || known.length > 0) return record;
  return fc.dictionary(fc.string({ minLength: 1, maxLength: 6 }), arbitraryOf(additionalProperties), { maxKeys: 3 });
}

function array({ items, prefixItems, minItems = 0, maxItems = Infinity }: JsonSchema): fc.Arbitrary<unknown> {
  if (prefixItems !== undefined) return fc.tuple(...prefixItems.map(arbitraryOf));
  return fc.array(arbitraryOf(items ?? {}), {
    minLength: minItems,
    maxLength: Math.max(minItems, Math.min(maxItems, 3)),
  });
}
