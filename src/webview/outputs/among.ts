/** The words above a list of some groups: what they have in common, and the way back to all. */
import { element, setText } from '../dom.ts';
import { button } from '../ui.ts';
import type { Among } from './amongState.ts';

export class AmongNotice {
  readonly element: HTMLElement;
  readonly #title = element('span');

  constructor(onAll: () => void) {
    const all = button({ label: 'Show All', onClick: onAll });
    this.element = element('div', { class: 'among', hidden: true }, this.#title, all.element);
  }

  show(among: Among | null): void {
    this.element.hidden = among === null;
    if (among !== null) setText(this.#title, among.title);
  }
}
