/** All settings beside each other: a picture of them, and a table that says the same. */
import type { RecipeRow, RecipeTable } from '../../../engine/protocol/recipeTable.ts';
import { describeValue } from '../../../engine/words/describeValue.ts';
import { count, duration } from '../../../engine/words/format.ts';
import { accuracyCell, againstCell, seedsCell } from '../../../engine/words/recipeCells.ts';
import { element } from '../../dom.ts';
import { iconButton } from '../../ui.ts';
import type { CompareModel } from '../model.ts';
import { ParallelPlot } from './parallelPlot.ts';
import { section } from '../section.ts';

export interface RecipesEvents {
  /** The runs of a recipe beside those of the baseline. */
  readonly onLookCloser: (runs: readonly string[], baseline: readonly string[]) => void;
}

interface ShownRow {
  readonly line: HTMLElement;
  readonly mark: HTMLButtonElement;
}

export class Recipes {
  readonly element: HTMLElement;
  readonly #events: RecipesEvents;
  readonly #plot: ParallelPlot;
  readonly #more = element('p', { class: 'quiet' });
  readonly #scroller: HTMLElement;
  readonly #notes = element('ul', { class: 'notes quiet' });
  #rows: readonly ShownRow[] = [];
  #hovered: number | null = null;
  #picked: number | null = null;
  #shown = '';

  constructor(events: RecipesEvents) {
    this.#events = events;
    this.#plot = new ParallelPlot({ onHover: (row) => this.#hover(row), onPick: (row) => this.#pick(row) });
    this.#scroller = element('div', {
      class: 'scroller',
      attributes: { role: 'group', tabindex: '0', 'aria-label': 'Settings, the most accurate first' },
    });
    this.element = section('Settings', [], this.#plot.element, this.#more, this.#scroller, this.#notes);
    this.element.hidden = true;
  }

  render({ recipeTable: table, runs }: CompareModel): void {
    // The runs below, of which a sweep may have more.
    const looked = runs.map(({ dir }) => dir);
    this.element.hidden = table === null;
    const key = JSON.stringify([table, looked]);
    if (table === null || key === this.#shown) return;
    this.#shown = key;
    const refocus = this.#focused();
    this.#hovered = null;
    const made = table.rows.map((row, index) => this.#row(table, row, index, looked));
    this.#rows = made;
    this.#scroller.replaceChildren(
      tableOf(
        table,
        made.map(({ line }) => line),
      ),
    );
    this.#notes.replaceChildren(...table.cautions.map((text) => element('li', { text })));
    const left = this.#plot.render(table);
    this.#more.hidden = left === 0;
    this.#more.textContent = `${count(left)} more in the table.`;
    this.#show();
    refocus();
  }

  #row(table: RecipeTable, row: RecipeRow, index: number, looked: readonly string[]): ShownRow {
    const values = table.parameters.map(({ values: of }) => of[index]);
    const place = String(index + 1);
    const name = `${place}: ${table.parameters.map(({ path }, at) => `${path} ${describeValue(values[at])}`).join(', ')}`;
    const mark = element('button', {
      class: 'mark',
      text: place,
      attributes: { type: 'button', 'aria-label': name, 'aria-pressed': 'false' },
    });
    mark.addEventListener('click', () => this.#pick(index));
    mark.addEventListener('focus', () => this.#hover(index));
    mark.addEventListener('blur', () => this.#hover(null));
    const line = element(
      'tr',
      {},
      element('th', { class: 'choice', attributes: { scope: 'row' } }, mark),
      ...values.map((value) =>
        element('td', {
          class: value === undefined || value === null ? 'quiet' : 'editor-font',
          text: describeValue(value),
        }),
      ),
      element('td', { class: 'number', text: seedsCell(row) }),
      element('td', { class: 'number', text: accuracyCell(row) }),
      element('td', { text: againstCell(row) }),
      element('td', { class: 'number', text: row.tokens === null ? '' : count(row.tokens) }),
      element('td', { class: 'number', text: row.seconds === null ? '' : duration(row.seconds) }),
      element('td', { class: 'choice closer' }, this.#closer(table, row, looked, place)),
    );
    line.addEventListener('pointerenter', () => this.#hover(index));
    line.addEventListener('pointerleave', () => this.#hover(null));
    return { line, mark };
  }

  /** Where its runs are below already, there is nothing to look closer at. */
  #closer(table: RecipeTable, row: RecipeRow, looked: readonly string[], place: string): HTMLElement | null {
    if (row.runs.every((run) => looked.includes(run))) return null;
    const baseline = table.rows.find(({ isBaseline }) => isBaseline)?.runs ?? [];
    return iconButton({
      icon: 'git-compare',
      label: `Compare the runs of ${place} with the baseline`,
      onClick: () => this.#events.onLookCloser(row.runs, baseline),
    }).element;
  }

  #hover(row: number | null): void {
    this.#hovered = row;
    this.#show();
  }

  /** Keeps it brought out; a second time, no longer. */
  #pick(row: number): void {
    this.#picked = this.#picked === row ? null : row;
    this.#show();
  }

  #show(): void {
    const wanted = this.#hovered ?? this.#picked;
    for (const [index, { line, mark }] of this.#rows.entries()) {
      line.classList.toggle('highlighted', index === wanted);
      mark.setAttribute('aria-pressed', String(index === this.#picked));
    }
    this.#plot.highlight(wanted);
  }

  /** Rows that are made anew would lose the focus. Returns what gives it back. */
  #focused(): () => void {
    const at = this.#rows.findIndex(({ line }) => line.contains(document.activeElement));
    return () => {
      if (at >= 0) this.#rows[Math.min(at, this.#rows.length - 1)]?.mark.focus();
    };
  }
}

function tableOf({ parameters }: RecipeTable, rows: readonly HTMLElement[]): HTMLElement {
  const heading = (text: string, kind = ''): HTMLElement =>
    element('th', { class: kind, text, attributes: { scope: 'col' } });
  const hidden = (text: string): HTMLElement =>
    element('th', { attributes: { scope: 'col' } }, element('span', { class: 'visually-hidden', text }));
  return element(
    'table',
    { class: 'recipes' },
    element('caption', { class: 'visually-hidden', text: 'Settings, the most accurate first' }),
    element(
      'thead',
      {},
      element(
        'tr',
        {},
        hidden('Place'),
        ...parameters.map(({ path }) => heading(path, 'editor-font')),
        heading('Seeds', 'number'),
        heading('Held-out accuracy', 'number'),
        heading('Against the baseline'),
        heading('Tokens', 'number'),
        heading('Time', 'number'),
        hidden('Compare'),
      ),
    ),
    element('tbody', {}, ...rows),
  );
}
