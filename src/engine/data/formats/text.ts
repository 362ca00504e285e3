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

/** What an error says of itself. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
