/** The keys an experiment file knows, section by section, and what to say about one that it does not know. */
import { experimentJsonSchema, type JsonSchema } from './jsonSchema.ts';
import { printEntry, type EntryPath } from './jsonSource.ts';
import { nearest } from './nearest.ts';

/** A section's path as messages write it (`algorithm.clip`, `rewards[]`), and its keys; `''` is the top of the file. */
type Sections = ReadonlyMap<string, readonly string[]>;

let known: Sections | undefined;

function sections(): Sections {
  if (known === undefined) {
    const found = new Map<string, string[]>();
    collect(experimentJsonSchema(), '', found);
    known = found;
  }
  return known;
}

function collect(schema: JsonSchema | boolean, section: string, found: Map<string, string[]>): void {
  if (typeof schema === 'boolean') return;
  for (const branch of schema.anyOf ?? []) collect(branch, section, found);
  const items = schema.items;
  if (items !== undefined && !Array.isArray(items)) collect(items, `${section}[]`, found);
  for (const [key, value] of Object.entries(schema.properties ?? {})) {
    found.set(section, [...(found.get(section) ?? []), key]);
    collect(value, section === '' ? key : `${section}.${key}`, found);
  }
}

/** `rewards[0].weight`; the top of the file is `experiment`. */
export function printPath(path: EntryPath): string {
  return printEntry(path, 'experiment');
}

/** What is wrong with `key` in the section at `path`, and which key was probably meant. */
export function unknownKeyMessage(path: EntryPath, key: string): string {
  const here = path.length === 0 ? '' : printPath(path).replaceAll(/\[\d+\]/g, '[]');
  const siblings = sections().get(here) ?? [];
  const where = path.length === 0 ? 'at the top of the file' : `in ${printPath(path)}`;
  return `unknown key \`${key}\` ${where}${hint(key, siblings)}`;
}

function hint(key: string, siblings: readonly string[]): string {
  const owners = [...sections()].filter(([, keys]) => keys.includes(key)).map(([section]) => section);
  if (owners.length > 0) {
    const places = owners.map((section) => (section === '' ? 'the top of the file' : `\`${section}\``));
    return `; \`${key}\` belongs ${owners[0] === '' ? 'at' : 'under'} ${places.join(' or ')}`;
  }
  const sibling = nearest(key, siblings);
  if (sibling !== undefined) return `; did you mean \`${sibling}\`?`;
  const elsewhere = [...sections()].flatMap(([section, keys]) =>
    keys.map((name) => ({ name, full: section === '' ? name : `${section}.${name}` })),
  );
  const other = nearest(
    key,
    elsewhere.map(({ name }) => name),
  );
  const full = elsewhere.find(({ name }) => name === other)?.full;
  if (full !== undefined) return `; did you mean \`${full}\`?`;
  return `; known here: ${siblings.join(', ')}`;
}
