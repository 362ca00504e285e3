/** The last lines of a terminal, redrawn in place, with text above them that stays. */
import { stripVTControlCharacters } from 'node:util';
import type { OutputStream } from '../command.ts';
import { displayWidth } from '../text.ts';

const CSI = '\u001b[';
const CLEAR_LINE_END = `${CSI}K`;
const CLEAR_BELOW = `${CSI}J`;

export class LiveRegion {
  readonly #stream: OutputStream;
  /** What stands on the screen now; the cursor is at the beginning of the line below. */
  #drawn: readonly string[] = [];
  /** How wide the terminal was then. */
  #columns: number | undefined;

  constructor(stream: OutputStream) {
    this.#stream = stream;
  }

  /** Shows `lines`, each narrower than the terminal, in place of those shown now. */
  draw(lines: readonly string[]): void {
    this.#write([], lines);
  }

  /** Puts lines above the region, where they stay. They may be longer than the terminal is wide. */
  print(lines: readonly string[]): void {
    this.#write(lines, this.#drawn);
  }

  /** Takes the region from the screen. */
  clear(): void {
    this.#write([], []);
  }

  /**
   * One write, line by line over the old ones and nothing erased that is drawn again: so it does not flicker. Only in a terminal of
   * another width everything is erased first: rows that it has wrapped would stay joined, whatever is written over them.
   */
  #write(permanent: readonly string[], live: readonly string[]): void {
    const up = this.#rows();
    const erase = up > 0 && this.#stream.columns !== this.#columns ? CLEAR_BELOW : '';
    const text = [...permanent, ...live].map((line) => `${line}${CLEAR_LINE_END}\n`).join('');
    this.#drawn = live;
    this.#columns = this.#stream.columns;
    if (up > 0 || text !== '') this.#stream.write(`${up > 0 ? `${CSI}${up}A` : ''}\r${erase}${text}${CLEAR_BELOW}`);
  }

  /** Rows that the region takes now: a terminal made narrower has wrapped its lines. */
  #rows(): number {
    const columns = this.#stream.columns ?? Infinity;
    return this.#drawn.reduce((rows, line) => {
      const width = displayWidth(stripVTControlCharacters(line));
      return rows + Math.max(1, Math.ceil(width / columns));
    }, 0);
  }
}
