/** A line that tells a problem from the others of its dataset. */
import { cutText } from './cutText.ts';

/** UTF-16 units: what a wide list has room for. */
const MAX_LENGTH = 160;

/**
 * Prompts of one dataset begin alike: with a system message, or worked examples. What differs is the column that stands in the
 * prompt: the longest one that does; else the prompt itself.
 */
export function problemTitle(prompt: string, columns: Readonly<Record<string, unknown>>): string {
  let found = '';
  for (const value of Object.values(columns))
    if (typeof value === 'string' && value.length > found.length && prompt.includes(value)) found = value;
  return oneLine(found.trim() === '' ? prompt : found);
}

function oneLine(text: string): string {
  // More than enough of it, so that a long text is not walked to its end.
  const line = text
    .slice(0, 4 * MAX_LENGTH)
    .replaceAll(/\s+/gu, ' ')
    .trim();
  return line.length <= MAX_LENGTH ? line : `${cutText(line, MAX_LENGTH - 1)}…`;
}
