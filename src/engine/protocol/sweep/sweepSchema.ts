/** The JSON schema of a sweep's file: its own keys, and under what varies every path of an experiment with the values to choose from. */
import { z } from 'zod';
import { experimentSuggestions, type Suggestions } from '../completionSchema.ts';
import { sweepFileSchema } from './sweepFile.ts';

/** Sections that are no setting to try values of. */
const NO_SETTINGS = ['$schema', 'name', 'cost', 'ray', 'control'];

/** The text of `media/sweep.schema.json`. */
export function sweepSchemaText(): string {
  const { properties = {}, ...schema } = z.toJSONSchema(sweepFileSchema, { io: 'input' });
  const settings = Object.fromEntries(settingsOf(experimentSuggestions(), ''));
  const lists = Object.fromEntries(
    Object.entries(settings).map(([path, { description, ...items }]) => [
      path,
      { ...(description === undefined ? {} : { description }), type: 'array', minItems: 1, items },
    ]),
  );
  const filled = {
    ...properties,
    set: { ...section(properties['set']), properties: settings },
    grid: { ...section(properties['grid']), properties: lists },
    list: { ...section(properties['list']), items: { type: 'object', properties: settings } },
  };
  return `${JSON.stringify({ title: 'RLVR-Ops sweep', ...schema, properties: filled }, null, 2)}\n`;
}

function section(schema: unknown): object {
  return typeof schema === 'object' && schema !== null ? schema : {};
}

/** Every entry that has a value of its own, by its path. */
function settingsOf(suggestions: Suggestions, path: string): [string, Suggestions][] {
  const { properties } = suggestions;
  if (typeof properties !== 'object' || properties === null) return path === '' ? [] : [[path, suggestions]];
  return Object.entries(properties).flatMap(([key, entry]: [string, unknown]): [string, Suggestions][] => {
    if (typeof entry !== 'object' || entry === null || (path === '' && NO_SETTINGS.includes(key))) return [];
    return settingsOf(Object.fromEntries(Object.entries(entry)), path === '' ? key : `${path}.${key}`);
  });
}
