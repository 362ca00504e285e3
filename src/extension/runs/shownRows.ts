/** What the rows of a list show, to tell only of those that show something else: a thousand runs rest while one trains. */
export class ShownRows<Row extends object> {
  readonly #shown = new WeakMap<Row, { readonly facts: readonly unknown[]; readonly shows: string }>();

  /**
   * Whether a row shows something else than when it was asked last.
   * @param facts all that it follows from, each the same object for as long as nothing about it is another; null where they are not known
   * @param show asked only where a fact is another
   */
  isChanged(row: Row, facts: readonly unknown[] | null, show: () => string): boolean {
    const before = this.#shown.get(row);
    if (before !== undefined && facts !== null && isSameList(before.facts, facts)) return false;
    const shows = show();
    this.#shown.set(row, { facts: facts ?? [], shows });
    return before?.shows !== shows;
  }
}

export function isSameList(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((item, index) => item === other[index]);
}
