/** Results that others published for the dataset of the runs: marked as not measured here. */
import type { PublishedResult } from '../../engine/protocol/comparison.ts';
import { element, uniqueId } from '../dom.ts';
import type { CompareModel } from './model.ts';

export class Published {
  readonly element: HTMLElement;
  readonly #body = element('tbody');
  #shown = '';

  constructor() {
    const id = uniqueId('published');
    const heading = (text: string): HTMLElement => element('th', { text, attributes: { scope: 'col' } });
    this.element = element(
      'section',
      { hidden: true, attributes: { 'aria-labelledby': id } },
      element(
        'details',
        {},
        element('summary', {}, element('h2', { text: 'Published, not measured here', attributes: { id } })),
        element(
          'div',
          { class: 'scroller', attributes: { role: 'group', tabindex: '0', 'aria-labelledby': id } },
          element(
            'table',
            { class: 'published' },
            element(
              'thead',
              {},
              element('tr', {}, heading('Model'), heading('Setting'), heading('Result'), heading('Source')),
            ),
            this.#body,
          ),
        ),
      ),
    );
  }

  render({ overview }: CompareModel): void {
    const published = overview?.published ?? [];
    this.element.hidden = published.length === 0;
    const key = JSON.stringify(published);
    if (key === this.#shown) return;
    this.#shown = key;
    this.#body.replaceChildren(...published.map(row));
  }
}

function row({ model, setting, result, source }: PublishedResult): HTMLElement {
  const cells = [setting, result, source].map((text) => element('td', { text }));
  return element('tr', {}, element('th', { text: model, attributes: { scope: 'row' } }), ...cells);
}
