/** Values of a user's code as a person would write them, in one short line. */
import { inspect } from 'node:util';

export const MAX_VALUE_CHARS = 60;

/**
 * Runs as little of the user's code as can be: no getters, no proxies' traps, no `toString` or inspection of the object's own. Never
 * throws.
 */
export function valueText(value: unknown): string {
  try {
    return shortened(typeof value === 'string' ? stringText(value) : inspected(value));
  } catch {
    return '…';
  }
}

const { stringify } = JSON;

function stringText(value: string): string {
  return stringify(value.slice(0, MAX_VALUE_CHARS));
}

function inspected(value: unknown): string {
  const text = inspect(value, {
    depth: 1,
    maxArrayLength: 8,
    maxStringLength: MAX_VALUE_CHARS,
    compact: true,
    breakLength: Infinity,
    customInspect: false,
    getters: false,
    // Shows what is behind a proxy without asking it.
    showProxy: true,
  });
  // An error is shown with its stack.
  const [line = ''] = text.split('\n', 1);
  return line;
}

function shortened(text: string): string {
  return text.length > MAX_VALUE_CHARS ? `${text.slice(0, MAX_VALUE_CHARS - 1)}…` : text;
}
