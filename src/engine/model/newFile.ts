/** Large files, written from their start to their end. */
import { open } from 'node:fs/promises';

/** Node writes at most 2 GiB at once. */
const MAX_WRITE_BYTES = 2 ** 30;

/**
 * Writes a new file through `fill`, which is given a function that appends, and flushes it to the disk. The file must not exist: what
 * others have mapped into memory is never rewritten. Whole or not at all is the caller's business (a temporary name, then rename).
 *
 * @returns size of the file in bytes
 */
export async function writeNewFile(
  path: string,
  fill: (append: (bytes: Uint8Array) => Promise<void>) => Promise<void>,
): Promise<number> {
  const file = await open(path, 'wx');
  try {
    let position = 0;
    await fill(async (bytes) => {
      for (let done = 0; done < bytes.byteLength;) {
        const length = Math.min(MAX_WRITE_BYTES, bytes.byteLength - done);
        const { bytesWritten } = await file.write(bytes, done, length, position);
        done += bytesWritten;
        position += bytesWritten;
      }
    });
    await file.sync();
    return position;
  } finally {
    await file.close();
  }
}
