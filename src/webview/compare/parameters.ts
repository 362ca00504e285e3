/** What is different between the runs: the entries of their experiments that differ, and nothing that does not. */
import type { ComparedRun, Difference } from '../../engine/protocol/comparison.ts';
import { describeValue } from '../../engine/words/describeValue.ts';
import { element } from '../dom.ts';
import { tag } from './looks.ts';
import type { CompareModel } from './model.ts';
import { section } from './section.ts';

export class Parameters {
  readonly element: HTMLElement;
  readonly #content = element('div');
  readonly #same = element('p', { class: 'quiet' });
  #shown = '';

  constructor() {
    this.element = section('What differs', [], this.#content, this.#same);
  }

  render({ overview }: CompareModel): void {
    this.element.hidden = overview === null || overview.runs.length < 2;
    if (overview === null) return;
    const { runs, parameters, agreement } = overview;
    const key = JSON.stringify([runs.map(({ letter }) => letter), parameters, agreement]);
    if (key === this.#shown) return;
    this.#shown = key;
    this.#content.replaceChildren(
      parameters.length === 0 ? element('p', { text: 'No parameter differs.' }) : table(runs, parameters),
    );
    this.#same.textContent = agreement;
  }
}

function table(runs: readonly ComparedRun[], parameters: readonly Difference[]): HTMLElement {
  const head = element(
    'tr',
    {},
    element('th', { text: 'Parameter', attributes: { scope: 'col' } }),
    ...runs.map((run) => element('th', { attributes: { scope: 'col' } }, tag(run))),
  );
  const rows = parameters.map(({ path, values }) =>
    element(
      'tr',
      {},
      element('th', { class: 'editor-font', text: path, attributes: { scope: 'row' } }),
      ...runs.map((_, index) => valueCell(values[index])),
    ),
  );
  return element(
    'div',
    { class: 'scroller', attributes: { role: 'group', tabindex: '0', 'aria-label': 'Parameters that differ' } },
    element(
      'table',
      { class: 'parameters' },
      element('caption', { class: 'visually-hidden', text: 'Parameters that differ' }),
      element('thead', {}, head),
      element('tbody', {}, ...rows),
    ),
  );
}

function valueCell(value: unknown): HTMLElement {
  const absent = value === undefined || value === null;
  return element('td', { class: absent ? 'quiet' : 'editor-font', text: describeValue(value) });
}
