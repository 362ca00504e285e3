/** What the readers of text files share. */
import { UserError } from '../../protocol/errors.ts';

/** null where the bytes are not UTF-8. A byte order mark at the start is dropped. */
export function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/**
 * The text of a whole file.
 * @param file as errors shall call it
 * @throws UserError where it is not UTF-8, or longer than a text can be
 */
export function wholeText(bytes: Uint8Array, file: string): string {
  const text = decodeUtf8(bytes);
  if (text === null) throw new UserError(`${file} is not UTF-8 text. Save the file as UTF-8.`);
  return text;
}

/** How `JSON.parse` writes the number that it gives to a reviver; Node 20 does not tell. */
interface ReviverContext {
  readonly source?: string;
}

/** As many digits as an integer has that a number cannot hold. Few texts have them, and to look at every value takes a while. */
const MANY_DIGITS = /\d{16}/;

/**
 * JSON with integers beyond 2^53 as text of their digits, as Parquet's are read.
 * @throws SyntaxError where it is no JSON
 */
export function parseExactJson(text: string): unknown {
  return MANY_DIGITS.test(text) ? JSON.parse(text, exactInteger) : JSON.parse(text);
}

function exactInteger(_key: string, value: unknown, context?: ReviverContext): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const { source = '' } = context ?? {};
  return /^-?\d+$/.test(source) ? source : value;
}

/** What an error says of itself. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
