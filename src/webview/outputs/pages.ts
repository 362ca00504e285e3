/** Rows of a list that arrive page by page. Far pages are forgotten: they are asked for again. */
import type { PAGE_SIZE } from '../../engine/protocol/panels/outputs.ts';

/** As the host sends them. */
export const PAGE_ROWS: typeof PAGE_SIZE = 50;
/** What a person scrolls back through; of the longest list it is all that is kept. */
const MAX_PAGES = 20;

export class Pages<Row> {
  /** The page that came last at the end. */
  readonly #pages = new Map<number, readonly Row[]>();

  clear(): void {
    this.#pages.clear();
  }

  set(page: number, rows: readonly Row[]): void {
    this.#pages.delete(page);
    this.#pages.set(page, rows);
    for (const oldest of this.#pages.keys()) {
      if (this.#pages.size <= MAX_PAGES) break;
      this.#pages.delete(oldest);
    }
  }

  row(index: number): Row | undefined {
    return this.#pages.get(pageOf(index))?.[index % PAGE_ROWS];
  }

  /** Index of the first row for which it holds; -1 where no known one does. */
  find(holds: (row: Row) => boolean): number {
    for (const [page, rows] of this.#pages) {
      const index = rows.findIndex(holds);
      if (index >= 0) return page * PAGE_ROWS + index;
    }
    return -1;
  }
}

export function pageOf(index: number): number {
  return Math.floor(index / PAGE_ROWS);
}
