import type { FileHandle } from 'node:fs/promises';

/** Node reads at most 2 GiB at once. */
const MAX_READ_BYTES = 2 ** 30;

/**
 * Fills `target` with the bytes of a file from `position`.
 *
 * @throws RangeError when the file ends before; callers have compared sizes, so it shrank meanwhile
 */
export async function readFully(file: FileHandle, target: Uint8Array, position: number): Promise<void> {
  let filled = 0;
  while (filled < target.byteLength) {
    const length = Math.min(MAX_READ_BYTES, target.byteLength - filled);
    const { bytesRead } = await file.read(target, filled, length, position + filled);
    if (bytesRead === 0) throw new RangeError(`The file ended at byte ${position + filled} while it was read.`);
    filled += bytesRead;
  }
}
