/** `--set path=value`: entries of an experiment given on the command line, in place of those of the file. */
import { UsageError } from './errors.ts';
import type { ExperimentSource } from './experimentSource.ts';
import type { EntryPath } from './jsonSource.ts';

interface Override {
  readonly path: EntryPath;
  readonly value: unknown;
  /** As the user wrote it. */
  readonly text: string;
}

/**
 * Puts values in place, in order; the source itself is left as it is. Whether the paths exist and the values fit is checked with the
 * rest of the experiment, and errors name the `--set`.
 *
 * @param assignments `optimizer.learningRate=3e-4`, `rewards[0].weight=2` or `rewards.0.weight=2`. A value is JSON where it parses as
 * JSON, else text. `null` takes the entry out, so that its default applies.
 * @throws {UsageError} for an assignment without `=` or path, or an index past the end of an array
 */
export function applyOverrides(source: ExperimentSource, assignments: readonly string[]): ExperimentSource {
  const overrides = assignments.map(parseOverride);
  const value = overrides.reduce<unknown>(
    (result, override) => replaced(result, override.path, override),
    source.value,
  );
  return {
    value,
    locate: (entry) => {
      const setter = overrides.findLast(({ path }) => startsWith(entry, path));
      return setter === undefined ? source.locate(entry) : { name: shown(setter), range: null };
    },
  };
}

/** A whole section may be set at once: each of many problems in it names the place. */
const MAX_SHOWN_CHARS = 120;

/** As the user knows it. */
function shown({ text }: Pick<Override, 'text'>): string {
  return `--set ${text.length > MAX_SHOWN_CHARS ? `${text.slice(0, MAX_SHOWN_CHARS)}…` : text}`;
}

function parseOverride(text: string): Override {
  const equals = text.indexOf('=');
  const path = parsePath(text.slice(0, Math.max(equals, 0)));
  if (equals < 0 || path === null) {
    throw new UsageError(`--set needs path=value, as in --set optimizer.learningRate=1e-5; got: ${shown({ text })}`);
  }
  return { path, value: parseValue(text.slice(equals + 1).trim()), text };
}

/** `rewards[0].weight` or `rewards.0.weight` as the keys on the way, a number where it is in brackets; null for what is no path. */
export function parsePath(text: string): EntryPath | null {
  const keys = text
    .trim()
    .replaceAll(/\[\d+\]/g, '.$&')
    .split('.');
  return keys.includes('') ? null : keys.map((key) => (/^\[\d+\]$/.test(key) ? Number(key.slice(1, -1)) : key));
}

/** JSON where it parses as JSON, else the text. */
export function parseValue(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return text;
  }
}

/** `container` with the override's value at `path`; what is missing on the way is made, an array only where brackets say so. */
function replaced(container: unknown, path: EntryPath, override: Override): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return override.value;
  if (isList(container) || (container === undefined && typeof key === 'number')) {
    const items = container ?? [];
    const place = /^\d+$/.test(String(key)) ? Number(key) : Infinity;
    if (place > items.length) {
      const range = items.length === 0 ? 'it is empty' : `it has entries 0 to ${items.length - 1}`;
      throw new UsageError(`${shown(override)}: "${key}" is no entry of the array; ${range}.`);
    }
    if (rest.length === 0 && override.value === null) return items.filter((_, index) => index !== place);
    return [...items.slice(0, place), replaced(items[place], rest, override), ...items.slice(place + 1)];
  }
  const section: [string, unknown][] =
    typeof container === 'object' && container !== null ? Object.entries(container) : [];
  const at = section.findIndex(([name]) => name === String(key));
  if (rest.length === 0 && override.value === null)
    return Object.fromEntries(section.filter((_, index) => index !== at));
  const entry: [string, unknown] = [String(key), replaced(section[at]?.[1], rest, override)];
  // In its place: the order of tasks is the order of their problems.
  return Object.fromEntries(at < 0 ? [...section, entry] : section.with(at, entry));
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function startsWith(entry: EntryPath, prefix: EntryPath): boolean {
  return prefix.every((key, index) => String(key) === String(entry[index]));
}
