/** Where to stop in a function: at the first thing that is evaluated in a call. */
import type { Place } from '../../engine/protocol/scoring.ts';

/** White space and comments. */
const NOTHING = /(?:\s|\/\/[^\n]*|\/\*[^]*?\*\/)*/y;

/**
 * Line and column from 0. Column 0 stands for the line as a whole, where nothing else is on it; else a breakpoint has to name its column,
 * or it would stop where the function is declared.
 * @param body where the function's body is: a block with its braces, or an expression
 */
export function breakpointPlace(text: string, body: Place): Pick<Place, 'line' | 'column'> {
  const start = offsetOf(text, body.line, body.column);
  const before = text.slice(0, text[start] === '{' ? afterNothing(text, start + 1) : start).split('\n');
  const indentation = before.at(-1) ?? '';
  return { line: before.length - 1, column: indentation.trim() === '' ? 0 : indentation.length };
}

function afterNothing(text: string, offset: number): number {
  NOTHING.lastIndex = offset;
  NOTHING.test(text);
  return NOTHING.lastIndex;
}

function offsetOf(text: string, line: number, column: number): number {
  const before = text.split('\n').slice(0, line);
  return before.reduce((offset, { length }) => offset + length + 1, column);
}
