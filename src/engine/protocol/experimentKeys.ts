/** The keys an experiment file knows, section by section, and what to say about one that it does not know. */
import { experimentJsonSchema, type JsonSchema } from './jsonSchema.ts';
import { printEntry, type EntryPath } from './jsonSource.ts';
import { nearest } from './nearest.ts';

/**
 * A section's path as messages write it (`algorithm.clip`, `rewards[]`, `tasks.NAME.dataset`), and its keys; `''` is the top of the file.
 */
type Sections = ReadonlyMap<string, readonly string[]>;

/** In the path of a section, what stands for a name that the file gives. */
const ANY_NAME = 'NAME';

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
  const { items, additionalProperties: named } = schema;
  if (named !== undefined) collect(named, `${section}.${ANY_NAME}`, found);
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
  const [first, name, ...rest] = path;
  const inTask = first === 'tasks' && name !== undefined;
  const section = inTask ? [first, ANY_NAME, ...rest] : path;
  const here = section.length === 0 ? '' : printPath(section).replaceAll(/\[\d+\]/g, '[]');
  const siblings = sections().get(here) ?? [];
  const where = path.length === 0 ? 'at the top of the file' : `in ${printPath(path)}`;
  const text = hint(key, siblings, inTask);
  return `unknown key \`${key}\` ${where}${inTask ? text.replaceAll(`tasks.${ANY_NAME}`, `tasks.${name}`) : text}`;
}

/** What is said in a task is looked for in tasks first, and elsewhere outside of them: a dataset's keys are at home in both. */
function hint(key: string, siblings: readonly string[], inTask: boolean): string {
  const all = [...sections()].filter(([, keys]) => keys.includes(key)).map(([section]) => section);
  const near = all.filter((section) => section.startsWith('tasks.') === inTask);
  const owners = near.length > 0 ? near : all;
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
