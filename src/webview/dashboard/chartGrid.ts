/** Charts side by side, as many as fit. Those that stay keep their place on the page and what they have drawn. */
import { element } from '../dom.ts';
import type { ChartCard } from './chartCard.ts';
import type { ChartSpec } from './chartSpecs.ts';

export class ChartGrid {
  readonly element: HTMLElement;
  readonly #make: (spec: ChartSpec) => ChartCard;
  #cards: readonly ChartCard[] = [];

  /** @param name of the class that says how many go side by side */
  constructor(name: string, make: (spec: ChartSpec) => ChartCard) {
    this.element = element('div', { class: `grid ${name}` });
    this.#make = make;
  }

  get cards(): readonly ChartCard[] {
    return this.#cards;
  }

  show(specs: readonly ChartSpec[]): void {
    const before = new Map(this.#cards.map((card) => [JSON.stringify(card.spec), card]));
    this.#cards = specs.map((spec) => {
      const key = JSON.stringify(spec);
      const kept = before.get(key);
      before.delete(key);
      return kept ?? this.#make(spec);
    });
    for (const card of before.values()) card.dispose();
    for (const [index, card] of this.#cards.entries()) {
      if (this.element.children[index] !== card.element) {
        this.element.insertBefore(card.element, this.element.children[index] ?? null);
      }
    }
  }
}
