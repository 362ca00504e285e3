/** The end of a file that may have grown for days. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/**
 * The last bytes of a file as text, from the middle of a line, or of a character, where more is before them; '' where there is no file
 * that can be read.
 */
export function readFileEnd(file: string, maxBytes: number): string {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch {
    return '';
  }
  try {
    const { size } = fstatSync(descriptor);
    const bytes = Buffer.alloc(Math.min(size, maxBytes));
    const read = readSync(descriptor, bytes, 0, bytes.length, size - bytes.length);
    return bytes.toString('utf8', 0, read);
  } catch {
    return '';
  } finally {
    closeSync(descriptor);
  }
}
