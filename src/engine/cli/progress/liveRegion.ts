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

  /** One write, line by line over the old ones and nothing erased that is drawn again: so it does not flicker. */
  #write(permanent: readonly string[], live: readonly string[]): void {
    const up = this.#rows();
    const text = [...permanent, ...live].map((line) => `${line}${CLEAR_LINE_END}\n`).join('');
    this.#drawn = live;
    if (up > 0 || text !== '') this.#stream.write(`${up > 0 ? `${CSI}${up}A` : ''}\r${text}${CLEAR_BELOW}`);
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
