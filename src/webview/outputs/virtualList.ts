/**
 * A list of many rows of one height, of which only those in view are on the page. Arrow keys move, and what they reach is chosen; Enter
 * opens it, as a click does.
 */
import { element, uniqueId } from '../dom.ts';

/** Rows kept on the page beyond the edges of the view, so that scrolling shows no gaps. */
const MARGIN_ROWS = 6;

export interface VirtualListEvents {
  /** What is in a row; null where it is not known yet. Called again for rows in view after `refresh`. */
  readonly render: (index: number) => Node | null;
  /** Rows that are in view and are not known. */
  readonly onMissing: (index: number) => void;
  /** The list was scrolled back to its beginning. */
  readonly onTop: () => void;
  /** @param open by Enter or a click, and not only reached by an arrow key */
  readonly onChoose: (index: number, open: boolean) => void;
}

export class VirtualList {
  readonly element: HTMLElement;
  readonly #events: VirtualListEvents;
  readonly #space = element('div', { class: 'list-space', attributes: { role: 'presentation' } });
  readonly #rows = new Map<number, HTMLElement>();
  readonly #idPrefix = uniqueId('row');
  #count = 0;
  #rowHeight = 0;
  #chosen = -1;
  #pressed = false;
  /** What waits for the pointer to be released. */
  #waiting: (() => void)[] = [];

  constructor(label: string, events: VirtualListEvents) {
    this.#events = events;
    this.element = element('div', {
      class: 'list',
      attributes: { role: 'listbox', tabindex: '0', 'aria-label': label },
    });
    this.element.append(this.#space);
    this.element.addEventListener('scroll', () => {
      this.#layOut();
      if (!this.isScrolled) events.onTop();
    });
    this.element.addEventListener('keydown', (event) => this.#onKey(event));
    this.#space.addEventListener('click', ({ target }) => this.#onClick(target));
    this.#space.addEventListener('pointerdown', () => (this.#pressed = true));
    // A press may end anywhere, and its click comes after it.
    for (const end of ['pointerup', 'pointercancel']) window.addEventListener(end, () => this.#released());
    new ResizeObserver(() => this.#resized()).observe(this.element);
  }

  setLabel(label: string): void {
    this.element.setAttribute('aria-label', label);
  }

  /** Whether the person has gone on from the first row. */
  get isScrolled(): boolean {
    return this.element.scrollTop > 0;
  }

  /** Runs it at once, or, while a row is being clicked, after that: the click is for what was there when it began. */
  whenReleased(run: () => void): void {
    if (this.#pressed) this.#waiting.push(run);
    else run();
  }

  /** Another list: from its beginning. */
  reset(count: number): void {
    this.element.scrollTop = 0;
    this.setCount(count);
  }

  /** The same list, longer or shorter; every row in view is asked for again. */
  setCount(count: number): void {
    this.#count = count;
    this.#space.style.height = `${count * this.#rowHeight}px`;
    this.refresh();
  }

  /** Shows rows in view as they are now. A row that says the same stays where it is. */
  refresh(): void {
    for (const [index, row] of this.#rows) {
      const content = index < this.#count ? this.#events.render(index) : null;
      if (content !== null && row.firstChild?.isEqualNode(content)) {
        this.#place(row, index);
        continue;
      }
      row.remove();
      this.#rows.delete(index);
    }
    this.#layOut();
  }

  /** @param index -1 for none */
  setChosen(index: number): void {
    const before = this.#chosen;
    this.#chosen = index;
    for (const changed of [before, index]) {
      const row = this.#rows.get(changed);
      if (row) this.#mark(row, changed);
    }
    this.#tellActive();
  }

  #resized(): void {
    const probe = element('div', { class: 'row', attributes: { 'aria-hidden': 'true' } });
    this.#space.append(probe);
    const height = probe.getBoundingClientRect().height;
    probe.remove();
    if (height === 0) return;
    this.#rowHeight = height;
    this.setCount(this.#count);
  }

  #layOut(): void {
    if (this.#rowHeight === 0) return;
    const { scrollTop, clientHeight } = this.element;
    const first = Math.max(0, Math.floor(scrollTop / this.#rowHeight) - MARGIN_ROWS);
    const last = Math.min(this.#count - 1, Math.ceil((scrollTop + clientHeight) / this.#rowHeight) + MARGIN_ROWS);
    for (const [index, row] of this.#rows) {
      if (index >= first && index <= last) continue;
      row.remove();
      this.#rows.delete(index);
    }
    for (let index = first; index <= last; index++) if (!this.#rows.has(index)) this.#add(index);
    this.#tellActive();
  }

  #add(index: number): void {
    const content = this.#events.render(index);
    const row = element(
      'div',
      {
        class: 'row',
        attributes: {
          id: `${this.#idPrefix}-${index}`,
          role: 'option',
          'aria-posinset': String(index + 1),
        },
      },
      content ?? '…',
    );
    row.dataset['index'] = String(index);
    this.#place(row, index);
    this.#mark(row, index);
    this.#rows.set(index, row);
    this.#space.append(row);
    if (content === null) this.#events.onMissing(index);
  }

  #place(row: HTMLElement, index: number): void {
    row.setAttribute('aria-setsize', String(this.#count));
    row.style.transform = `translateY(${index * this.#rowHeight}px)`;
  }

  #mark(row: HTMLElement, index: number): void {
    row.setAttribute('aria-selected', String(index === this.#chosen));
  }

  #tellActive(): void {
    const active = this.#rows.get(this.#chosen);
    if (active) this.element.setAttribute('aria-activedescendant', active.id);
    else this.element.removeAttribute('aria-activedescendant');
  }

  #released(): void {
    if (!this.#pressed) return;
    setTimeout(() => {
      this.#pressed = false;
      for (const run of this.#waiting.splice(0)) run();
    });
  }

  #onClick(target: EventTarget | null): void {
    const row = target instanceof Element ? target.closest<HTMLElement>('.row') : null;
    const index = Number(row?.dataset['index'] ?? NaN);
    if (Number.isInteger(index)) this.#choose(index, true);
  }

  #onKey(event: KeyboardEvent): void {
    const page = Math.max(1, Math.floor(this.element.clientHeight / this.#rowHeight) - 1);
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: this.#chosen + 1,
      ArrowUp: this.#chosen - 1,
      PageDown: this.#chosen + page,
      PageUp: this.#chosen - page,
      Home: 0,
      End: this.#count - 1,
    };
    if (event.key === 'Enter' || event.key === ' ') {
      if (this.#chosen >= 0) this.#choose(this.#chosen, true);
    } else {
      const to = moves[event.key];
      if (to === undefined || this.#count === 0) return;
      this.#choose(Math.max(0, Math.min(this.#count - 1, to)), false);
    }
    event.preventDefault();
  }

  #choose(index: number, open: boolean): void {
    this.setChosen(index);
    this.#reveal(index);
    this.#events.onChoose(index, open);
  }

  #reveal(index: number): void {
    const top = index * this.#rowHeight;
    const { scrollTop, clientHeight } = this.element;
    if (top < scrollTop) this.element.scrollTop = top;
    else if (top + this.#rowHeight > scrollTop + clientHeight) {
      this.element.scrollTop = top + this.#rowHeight - clientHeight;
    }
  }
}
