/** `--vary path=value,value`: a path of a sweep's grid as the command line has it. */
import { UsageError } from '../errors.ts';
import { parsePath, parseValue } from '../experimentOverrides.ts';

/**
 * @param texts `optimizer.learningRate=1e-4,3e-4`; a value is JSON where it parses as JSON, else text
 * @throws UsageError for what has no path or no value, and for a path that is given twice
 */
export function parseVary(texts: readonly string[]): Record<string, readonly unknown[]> {
  const grid = new Map<string, readonly unknown[]>();
  for (const text of texts) {
    const equals = text.indexOf('=');
    const path = text.slice(0, Math.max(equals, 0)).trim();
    const values = splitValues(text.slice(equals + 1));
    if (parsePath(path) === null || values.includes(''))
      throw new UsageError(
        `--vary needs path=value,value, as in --vary optimizer.learningRate=1e-4,3e-4; got "${text}".`,
      );
    const broken = values.find(isBroken);
    if (broken !== undefined)
      throw new UsageError(
        `--vary ${path}: ${broken} is no value. Quotes and brackets have to be closed, numbers finite.`,
      );
    if (grid.has(path)) throw new UsageError(`--vary ${path} is given twice; give all its values at once.`);
    grid.set(path, values.map(parseValue));
  }
  return Object.fromEntries(grid);
}

/** What begins as JSON and is none, and numbers larger than any: read on, they would be other values than were meant. */
function isBroken(text: string): boolean {
  const value = parseValue(text);
  if (typeof value === 'number') return !Number.isFinite(value);
  return value === text && /^["[{]/.test(text);
}

/** At commas that are in no brackets, braces or quotes: a value may be a list or a whole section. */
function splitValues(text: string): string[] {
  const values: string[] = [];
  let start = 0;
  let depth = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (isQuoted && character === '\\') at++;
    else if (character === '"') isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if ('[{'.includes(character)) depth++;
    else if (']}'.includes(character)) depth--;
    else if (character === ',' && depth === 0) {
      values.push(text.slice(start, at).trim());
      start = at + 1;
    }
  }
  return [...values, text.slice(start).trim()];
}
