/** "More": everything else that the run records, behind a button that opens it, with a field to find a curve by its name. */
import { plural } from '../../engine/words/format.ts';
import { element, setText, uniqueId } from '../dom.ts';
import { icon, setIcon } from '../icons.ts';
import { textField } from '../ui.ts';
import type { ChartCard } from './chartCard.ts';
import { ChartGrid } from './chartGrid.ts';
import { metricsOf, type ChartSpec } from './chartSpecs.ts';

export interface MoreEvents {
  readonly make: (spec: ChartSpec) => ChartCard;
  readonly onOpen: (open: boolean) => void;
  readonly onFilter: (filter: string) => void;
}

/** Fewer are found by looking. */
const MANY = 6;

export class More {
  readonly element: HTMLElement;
  readonly #title = element('span');
  readonly #chevron = icon('chevron-right');
  readonly #button: HTMLElement;
  readonly #content: HTMLElement;
  readonly #find: HTMLElement;
  readonly #none = element('p', { class: 'quiet', text: 'No curve has this in its name.', hidden: true });
  readonly #grid: ChartGrid;
  #open: boolean;
  #filter: string;
  #specs: readonly ChartSpec[] = [];

  constructor({ more, filter }: { readonly more: boolean; readonly filter: string }, events: MoreEvents) {
    this.#open = more;
    this.#filter = filter;
    this.#grid = new ChartGrid('more-grid', events.make);
    this.#find = element(
      'div',
      { class: 'find' },
      textField({
        label: 'Find a curve',
        placeholder: 'Find a curve by name',
        value: filter,
        onInput: (value) => {
          this.#filter = value;
          this.#show();
          events.onFilter(value);
        },
      }).element,
    );
    this.#content = element(
      'div',
      { attributes: { id: uniqueId('more') } },
      this.#find,
      this.#none,
      this.#grid.element,
    );
    this.#button = element(
      'button',
      { class: 'strip', attributes: { type: 'button', 'aria-controls': this.#content.id } },
      this.#chevron,
      this.#title,
    );
    this.#button.addEventListener('click', () => {
      this.#open = !this.#open;
      this.#show();
      events.onOpen(this.#open);
    });
    this.element = element('section', { attributes: { 'aria-label': 'More curves' } }, this.#button, this.#content);
  }

  get cards(): readonly ChartCard[] {
    return this.#grid.cards;
  }

  setSpecs(specs: readonly ChartSpec[]): void {
    this.#specs = specs;
    this.#show();
  }

  #show(): void {
    this.element.hidden = this.#specs.length === 0;
    setText(this.#title, this.#open ? 'More' : `More: ${plural(this.#specs.length, 'curve')}`);
    setIcon(this.#chevron, this.#open ? 'chevron-down' : 'chevron-right');
    this.#button.setAttribute('aria-expanded', String(this.#open));
    this.#content.hidden = !this.#open;
    this.#find.hidden = this.#specs.length < MANY;
    const filter = this.#find.hidden ? '' : this.#filter;
    const wanted = this.#open ? this.#specs.filter((spec) => matches(spec, filter)) : [];
    this.#none.hidden = wanted.length > 0;
    this.#grid.show(wanted);
  }
}

function matches(spec: ChartSpec, filter: string): boolean {
  const sought = filter.trim().toLowerCase();
  return [spec.title, ...metricsOf(spec)].some((name) => name.toLowerCase().includes(sought));
}
