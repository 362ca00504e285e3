/** Things that come one by one, taken by one reader as many at once as are there. */
export class Arrivals<Item> {
  #items: Item[] = [];
  #ended = false;
  #wake: () => void = () => {};

  push(item: Item): void {
    this.#items.push(item);
    this.#wake();
  }

  /** Nothing comes any more. */
  end(): void {
    this.#ended = true;
    this.#wake();
  }

  /** What has come since it was last asked, at least one thing and in the order of coming; done when all was taken and no more comes. */
  async *batches(): AsyncGenerator<readonly Item[]> {
    for (;;) {
      const items = this.#items;
      this.#items = [];
      if (items.length > 0) yield items;
      else if (this.#ended) return;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}
