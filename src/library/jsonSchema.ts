/** JSON in a completion, checked against a JSON Schema. The checking is @cfworker/json-schema's, which makes no code of a schema. */
import { Validator, type SchemaDraft } from '@cfworker/json-schema';

/** A JSON Schema: drafts 4, 7, 2019-09 and, unless `$schema` names another, 2020-12. */
export type JsonSchema = boolean | Readonly<Record<string, unknown>>;

const DRAFTS: readonly (readonly [RegExp, SchemaDraft])[] = [
  [/draft-04/, '4'],
  [/draft-0[67]/, '7'],
  [/2019-09/, '2019-09'],
];

/** A schema is looked through once, not for every completion. */
const validators = new WeakMap<object, Validator>();

/**
 * What keeps a text from being JSON that the schema allows: "not JSON: ...", or where in it what is wrong; null where it is. White
 * space around the JSON is no fault, a code fence is. Throws on a schema that refers to what is not in it.
 */
export function jsonProblem(text: string, schema: JsonSchema): string | null {
  const json = parse(text);
  if ('problem' in json) return json.problem;
  const { valid, errors } = validatorOf(schema).validate(json.value);
  if (valid) return null;
  // The last is the innermost: those before it say that something within is wrong.
  const innermost = errors.at(-1);
  return innermost === undefined ? 'not allowed by the schema' : `${innermost.instanceLocation}: ${innermost.error}`;
}

function parse(text: string): { readonly value: unknown } | { readonly problem: string } {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { problem: `not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function validatorOf(schema: JsonSchema): Validator {
  if (typeof schema === 'boolean') return new Validator(schema);
  const known = validators.get(schema);
  if (known !== undefined) return known;
  const { $schema } = schema;
  const named = typeof $schema === 'string' ? DRAFTS.find(([pattern]) => pattern.test($schema)) : undefined;
  // A copy, because notes are made in it, and options of a reward are frozen.
  const validator = new Validator(structuredClone(schema), named?.[1] ?? '2020-12');
  validators.set(schema, validator);
  return validator;
}
