/** JSON whose meaning does not depend on who reads it: a name that comes twice in one object is refused. */

import { MAX_DEPTH } from './jsonBounds.ts';

/** What a format has at most; without limits, a few megabytes of text can take gigabytes and half a minute. */
export interface JsonLimits {
  /** Values in one array. */
  readonly items: number;
  /** Names in the outermost object. */
  readonly outermostNames: number;
  /** Names in one object within another value. */
  readonly names: number;
}

/**
 * Parses JSON text; `JSON.parse` would keep the last of two equal names without a word, other readers the first.
 *
 * @throws SyntaxError when the text is not JSON, an object has a name twice, values are nested too deep or a limit is passed
 */
export function parseStrictJson(text: string, limits: JsonLimits): unknown {
  checkStructure(text, limits);
  return JSON.parse(text);
}

/** An object or array that is open at a place of the text. */
interface Level {
  readonly kind: '{' | '[';
  /** The names seen so far. */
  readonly names: Set<string>;
  /** The commas seen so far. */
  commas: number;
}

/** Walks over the text once, before anything is made of it; a string before a colon is a name of the innermost object. */
function checkStructure(text: string, limits: JsonLimits): void {
  const open: Level[] = [];
  let string = '';
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    const level = open.at(-1);
    if (character === '"') {
      const start = at;
      at = endOfString(text, start);
      string = text.slice(start, at + 1);
    } else if (character === '{' || character === '[') {
      if (open.length === MAX_DEPTH) throw new SyntaxError(`values are nested deeper than ${MAX_DEPTH}`);
      open.push({ kind: character, names: new Set(), commas: 0 });
    } else if (character === '}' || character === ']') open.pop();
    else if (character === ':') {
      const name = String(JSON.parse(string));
      if (level?.names.has(name)) throw new SyntaxError(`the name ${JSON.stringify(name)} comes twice`);
      level?.names.add(name);
    } else if (character === ',' && level) {
      level.commas++;
      if (level.kind === '[' && level.commas >= limits.items)
        throw new SyntaxError(`an array has more than ${limits.items} values`);
      const names = open.length === 1 ? limits.outermostNames : limits.names;
      if (level.kind === '{' && level.commas >= names) throw new SyntaxError(`an object has more than ${names} names`);
    }
  }
}

/** Index of the closing quote of the string that opens at `start`; past the end where there is none. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}
