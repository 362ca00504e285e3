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

  constructor(label: string, events: VirtualListEvents) {
    this.#events = events;
    this.element = element('div', {
      class: 'list',
      attributes: { role: 'listbox', tabindex: '0', 'aria-label': label },
    });
    this.element.append(this.#space);
    this.element.addEventListener('scroll', () => this.#layOut());
    this.element.addEventListener('keydown', (event) => this.#onKey(event));
    this.#space.addEventListener('click', ({ target }) => this.#onClick(target));
    new ResizeObserver(() => this.#resized()).observe(this.element);
  }

  setLabel(label: string): void {
    this.element.setAttribute('aria-label', label);
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

  /** Shows rows in view as they are now. */
  refresh(): void {
    for (const row of this.#rows.values()) row.remove();
    this.#rows.clear();
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
          'aria-setsize': String(this.#count),
        },
      },
      content ?? '…',
    );
    row.style.transform = `translateY(${index * this.#rowHeight}px)`;
    row.dataset['index'] = String(index);
    this.#mark(row, index);
    this.#rows.set(index, row);
    this.#space.append(row);
    if (content === null) this.#events.onMissing(index);
  }

  #mark(row: HTMLElement, index: number): void {
    row.setAttribute('aria-selected', String(index === this.#chosen));
  }

  #tellActive(): void {
    const active = this.#rows.get(this.#chosen);
    if (active) this.element.setAttribute('aria-activedescendant', active.id);
    else this.element.removeAttribute('aria-activedescendant');
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
