/** The last lines of a terminal, redrawn in place, with text above them that stays. */
import { stripVTControlCharacters } from 'node:util';
import type { OutputStream } from '../command.ts';
import { displayWidth } from '../text.ts';

const CSI = '\u001b[';
const CLEAR_LINE = `${CSI}2K`;
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

  /**
   * One write, so that it does not flicker. Every row is cleared before it is written over: where a terminal has wrapped a line over
   * two rows, they would stay joined else, and the next resize would show it.
   */
  #write(permanent: readonly string[], live: readonly string[]): void {
    const up = this.#rows();
    const lines = [...permanent, ...live];
    this.#drawn = live;
    if (lines.length > 0) {
      const text = lines.map((line) => `${CLEAR_LINE}${line}${CLEAR_LINE_END}\n`).join('');
      this.#stream.write(`${moveUp(up)}\r${text}${CLEAR_BELOW}`);
    } else if (up > 0) {
      // Row by row: to clear all of it from the first row of the screen on, tmux first copies it into the history.
      this.#stream.write(`${moveUp(up)}\r${`${CLEAR_LINE}\n`.repeat(up)}${moveUp(up)}`);
    }
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

function moveUp(rows: number): string {
  return rows > 0 ? `${CSI}${rows}A` : '';
}
