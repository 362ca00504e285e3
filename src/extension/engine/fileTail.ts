/** Reads what is appended to a file, by asking: watching is not reliable on network drives and in containers. */
import { open } from 'node:fs/promises';

/** Bytes of one look; of what was there before the first, only the end is read. */
const MAX_LOOK_BYTES = 256 * 1024;

export class FileTail {
  readonly #path: string;
  /** null before the first look. */
  #offset: number | null = null;
  #looking: Promise<string[]> = Promise.resolve([]);

  constructor(path: string) {
    this.#path = path;
  }

  /** The whole lines that were added since the last look, without their ends; none where the file is not there. Never rejects. */
  lines(): Promise<string[]> {
    // One look at a time, or two would return the same lines.
    this.#looking = this.#looking.then(() => this.#look()).catch(() => []);
    return this.#looking;
  }

  async #look(): Promise<string[]> {
    const file = await open(this.#path, 'r');
    try {
      const { size } = await file.stat();
      // Replaced by a shorter one, it is read anew.
      const known = this.#offset !== null && this.#offset <= size;
      const from = Math.max(known ? (this.#offset ?? 0) : 0, size - MAX_LOOK_BYTES);
      const cut = !known && from > 0;
      const { bytesRead, buffer } = await file.read(Buffer.alloc(size - from), 0, size - from, from);
      // Up to the last whole line, so that no character is cut in two.
      const end = buffer.subarray(0, bytesRead).lastIndexOf('\n') + 1;
      this.#offset = from + end;
      const lines = buffer
        .toString('utf8', 0, end)
        .split('\n')
        .slice(cut ? 1 : 0, -1);
      return lines.map((line) => line.replace(/\r$/, ''));
    } finally {
      await file.close();
    }
  }
}
