/** JSON whose meaning does not depend on who reads it: a name that comes twice in one object is refused. */

/** Deeper nesting than any format here has; it would cost memory for every level. */
const MAX_DEPTH = 64;

/**
 * Parses JSON text; `JSON.parse` would keep the last of two equal names without a word, other readers the first.
 *
 * @throws SyntaxError when the text is not JSON, an object has a name twice, or values are nested too deep
 */
export function parseStrictJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  checkNames(text);
  return value;
}

/** Walks over valid JSON text once; a string before a colon is a name of the innermost object. */
function checkNames(text: string): void {
  /** The names seen so far of every object around the place; for an array, none. */
  const open: Set<string>[] = [];
  let string = '';
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') {
      const start = at;
      at = endOfString(text, start);
      string = text.slice(start, at + 1);
    } else if (character === '{' || character === '[') {
      if (open.length === MAX_DEPTH) throw new SyntaxError(`values are nested deeper than ${MAX_DEPTH}`);
      open.push(new Set());
    } else if (character === '}' || character === ']') open.pop();
    else if (character === ':') {
      const name = String(JSON.parse(string));
      if (open.at(-1)?.has(name)) throw new SyntaxError(`the name ${JSON.stringify(name)} comes twice`);
      open.at(-1)?.add(name);
    }
  }
}

/** Index of the closing quote of the string that opens at `start`. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}
