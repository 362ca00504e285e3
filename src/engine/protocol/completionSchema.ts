/**
 * The JSON schema of the experiment file without anything by which a value could be refused. An editor completes and explains from it;
 * what is wrong it hears from the engine's own parser, in better words, and must not be told twice.
 */
import { experimentJsonSchema, type JsonSchema } from './jsonSchema.ts';

/** A schema of which only what suggests something is left. */
export type Suggestions = Readonly<Record<string, unknown>>;

/** The text of `media/experiment.completion.schema.json`. */
export function completionSchemaText(): string {
  const { $schema, title } = experimentJsonSchema();
  return `${JSON.stringify({ $schema, title, ...suggestions(experimentJsonSchema()) }, null, 2)}\n`;
}

/** What an editor offers in an experiment. */
export function experimentSuggestions(): Suggestions {
  return suggestions(experimentJsonSchema());
}

/** What of a schema an editor shows: descriptions, keys, and values to choose from. */
function suggestions(schema: JsonSchema | boolean): Suggestions {
  if (typeof schema === 'boolean') return {};
  const { description, properties, items, anyOf } = schema;
  const branches = (anyOf ?? []).map(suggestions).filter((branch) => Object.keys(branch).length > 0);
  return {
    ...(description === undefined ? {} : { description }),
    ...valuesOf(schema),
    ...(properties === undefined ? {} : { properties: mapValues(properties, suggestions) }),
    ...(items === undefined || Array.isArray(items) ? {} : { items: suggestions(items) }),
    ...(branches.length === 0 ? {} : { anyOf: branches }),
  };
}

function valuesOf(schema: JsonSchema): Suggestions {
  const { default: value, properties } = schema;
  // The default of a section is the empty one; the editor offers its keys.
  if (properties !== undefined) return {};
  const choices = choicesOf(schema);
  return {
    ...(value === undefined ? {} : { default: value }),
    ...(choices.length > 0 ? { examples: choices } : {}),
    ...(value === undefined && choices.length === 0 ? snippetOf(schema) : {}),
  };
}

function choicesOf({ enum: names, const: only, examples, type }: JsonSchema): readonly unknown[] {
  if (Array.isArray(examples)) return examples;
  if (only !== undefined) return [only];
  return names ?? (type === 'boolean' ? [true, false] : []);
}

/** VS Code's own keyword: what to write after a key that has no value to offer, with the cursor in it. `^` is for "as it is". */
function snippetOf({ type }: JsonSchema): Suggestions {
  if (type === 'string') return { defaultSnippets: [{ body: '$1' }] };
  return type === 'number' || type === 'integer' ? { defaultSnippets: [{ body: '^$1' }] } : {};
}

function mapValues<From, To>(record: Readonly<Record<string, From>>, change: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
