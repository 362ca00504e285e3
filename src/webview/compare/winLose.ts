/** Who solved which problems: four cells to choose from, and the problems of the chosen one. */
import type { WinLose } from '../../engine/protocol/comparison.ts';
import type { ProblemText } from '../../engine/protocol/panels/compare.ts';
import { count, plural } from '../../engine/words/format.ts';
import { element, setText } from '../dom.ts';
import { ProblemList, type ProblemListEvents, type ShownPair } from './problemList.ts';

export interface WinLoseEvents extends ProblemListEvents {
  readonly onCell: (cell: Cell | null) => void;
}

export type Cell = keyof WinLose;

export class WinLoseTable {
  readonly element: HTMLElement;
  readonly #events: WinLoseEvents;
  readonly #heads = {
    a: element('th', row()),
    notA: element('th', row()),
    b: element('th', col()),
    notB: element('th', col()),
  };
  readonly #cells: Readonly<Record<Cell, HTMLButtonElement>>;
  readonly #caption = element('p', { attributes: { 'aria-live': 'polite' } });
  readonly #list: ProblemList;
  #pair: ShownPair | null = null;
  #cell: Cell | null;
  #rendered = '';

  /** @param cell whose problems are listed at first */
  constructor(cell: Cell | null, events: WinLoseEvents) {
    this.#cell = cell;
    this.#events = events;
    this.#list = new ProblemList(events);
    this.#cells = {
      both: this.#button('both'),
      onlyA: this.#button('onlyA'),
      onlyB: this.#button('onlyB'),
      neither: this.#button('neither'),
    };
    const { both, onlyA, onlyB, neither } = this.#cells;
    const inCell = (made: HTMLElement): HTMLElement => element('td', {}, made);
    this.element = element(
      'div',
      { class: 'win-lose' },
      element(
        'table',
        { class: 'matrix' },
        element('caption', { class: 'visually-hidden', text: 'Problems by who solved them' }),
        element('thead', {}, element('tr', {}, element('td'), this.#heads.b, this.#heads.notB)),
        element(
          'tbody',
          {},
          element('tr', {}, this.#heads.a, inCell(both), inCell(onlyA)),
          element('tr', {}, this.#heads.notA, inCell(onlyB), inCell(neither)),
        ),
      ),
      this.#caption,
      this.#list.element,
    );
  }

  render(pair: ShownPair | null): void {
    this.element.hidden = pair === null;
    if (pair === null) return;
    const key = JSON.stringify([pair.a.dir, pair.b.dir, pair.measure.of, pair.winLose]);
    this.#pair = pair;
    if (key === this.#rendered) return;
    this.#rendered = key;
    const { a, b } = pair;
    setText(this.#heads.a, `${a.letter} solved`);
    setText(this.#heads.notA, `${a.letter} did not`);
    setText(this.#heads.b, `${b.letter} solved`);
    setText(this.#heads.notB, `${b.letter} did not`);
    for (const cell of CELLS) {
      const problems = pair.winLose[cell].length;
      this.#cells[cell].replaceChildren(
        element('strong', { text: count(problems) }),
        element('span', { text: nameOf(cell, pair) }),
      );
      this.#cells[cell].disabled = problems === 0;
    }
    this.#renderList();
  }

  setTexts(run: string, split: string, problems: readonly ProblemText[]): void {
    this.#list.setTexts(run, split, problems);
  }

  #button(cell: Cell): HTMLButtonElement {
    const made = element('button', { class: 'cell', attributes: { type: 'button', 'aria-pressed': 'false' } });
    made.addEventListener('click', () => {
      this.#cell = this.#cell === cell ? null : cell;
      this.#renderList();
      this.#events.onCell(this.#cell);
    });
    return made;
  }

  #renderList(): void {
    const pair = this.#pair;
    const cell = this.#cell;
    for (const name of CELLS) this.#cells[name].setAttribute('aria-pressed', String(name === cell));
    if (pair === null) return;
    const problems = cell === null ? [] : pair.winLose[cell];
    const chosen = cell !== null && problems.length > 0;
    setText(
      this.#caption,
      chosen
        ? `${plural(problems.length, 'problem')}: ${nameOf(cell, pair)}`
        : 'Choose a cell to read what both wrote.',
    );
    this.#list.show(pair, cell);
  }
}

const CELLS: readonly Cell[] = ['both', 'onlyA', 'onlyB', 'neither'];

function row(): { readonly attributes: { readonly scope: string } } {
  return { attributes: { scope: 'row' } };
}

function col(): { readonly attributes: { readonly scope: string } } {
  return { attributes: { scope: 'col' } };
}

function nameOf(cell: Cell, { a, b }: ShownPair): string {
  const names: Readonly<Record<Cell, string>> = {
    both: 'solved by both',
    onlyA: `solved by ${a.letter} alone`,
    onlyB: `solved by ${b.letter} alone`,
    neither: 'solved by neither',
  };
  return names[cell];
}
