/** What parsing a JSON text would take, before it is parsed: a few megabytes of brackets take half a minute and gigabytes. */

/** Deeper nesting than any format of models has. */
export const MAX_DEPTH = 64;

const [QUOTE, COMMA, BACKSLASH] = [0x22, 0x2c, 0x5c];
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Walks over the text once. It may still be no JSON.
 *
 * @param text as UTF-8, in which no byte of a longer character is one of those looked for
 * @param maxValues in all of it
 * @throws SyntaxError when values are nested too deep, or are too many
 */
export function checkJsonBounds(text: Uint8Array, maxValues: number): void {
  let depth = 0;
  let values = 1;
  for (let at = 0; at < text.length; at++) {
    const byte = text[at];
    if (byte === QUOTE) at = endOfString(text, at);
    else if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) {
      depth += 1;
      values += 1;
      if (depth > MAX_DEPTH) throw new SyntaxError(`values are nested deeper than ${MAX_DEPTH}`);
    } else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) depth -= 1;
    else if (byte === COMMA) values += 1;
    if (values > maxValues) throw new SyntaxError(`it has more than ${maxValues} values`);
  }
}

/** Index of the closing quote of the string that opens at `start`; past the end where there is none. */
function endOfString(text: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== QUOTE) at += text[at] === BACKSLASH ? 2 : 1;
  return at;
}
