/** The legend of a chart: what each curve is, and its values at the cursor, in a table. */
import { element, setText } from '../dom.ts';
import type { LegendRow } from './chartContent.ts';
import { sinceText } from './extents.ts';

export class Legend {
  readonly element: HTMLElement;
  readonly #place = element('th', { attributes: { scope: 'col' } });
  readonly #smoothed = element('th', { text: 'smoothed', attributes: { scope: 'col' } });
  readonly #body = element('tbody');
  /** Where the smallest and the largest value are of a part of the curves. */
  readonly #since = element('caption', { hidden: true });
  #key = '';
  #cells: readonly (readonly HTMLElement[])[] = [];

  constructor(label: string) {
    const head = element(
      'tr',
      {},
      element('td'),
      this.#place,
      this.#smoothed,
      ...['min', 'max'].map((text) => element('th', { text, attributes: { scope: 'col' } })),
    );
    this.element = element(
      'table',
      { class: 'legend', hidden: true, attributes: { 'aria-label': `${label}, values` } },
      this.#since,
      element('thead', {}, head),
      this.#body,
    );
  }

  /** @param place `step 120`, or `last` @param smoothing whether curves are smoothed at all */
  show(rows: readonly LegendRow[], place: string, smoothing: boolean): void {
    const key = JSON.stringify(rows.map(({ label, colour, dash, isBand }) => [label, colour, dash, isBand]));
    if (key !== this.#key) this.#make(rows);
    this.#key = key;
    setText(this.#place, place);
    this.element.hidden = rows.length === 0;
    const averaged = smoothing && rows.some(({ smoothed }) => smoothed !== '');
    this.#smoothed.hidden = !averaged;
    const since = sinceText(rows);
    this.#since.hidden = since === '';
    setText(this.#since, since);
    for (const [index, { value, smoothed, min, max }] of rows.entries()) {
      const [valueCell, smoothedCell, minCell, maxCell] = this.#cells[index] ?? [];
      if (!valueCell || !smoothedCell || !minCell || !maxCell) continue;
      setText(valueCell, value);
      setText(smoothedCell, smoothed);
      smoothedCell.hidden = !averaged;
      setText(minCell, min);
      setText(maxCell, max);
    }
  }

  #make(rows: readonly LegendRow[]): void {
    this.#cells = rows.map(() => Array.from({ length: 4 }, () => element('td')));
    this.#body.replaceChildren(
      ...rows.map(({ label, colour, dash, isBand }, index) => {
        const swatch = element('span', {
          class: `swatch ${isBand ? 'swatch-band' : `swatch-${dash}`} swatch-${colour}`,
        });
        const name = element(
          'th',
          { attributes: { scope: 'row' } },
          swatch,
          element('span', { text: label, title: label }),
        );
        return element('tr', {}, name, ...(this.#cells[index] ?? []));
      }),
    );
  }
}
