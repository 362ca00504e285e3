/** Who solved which problems: four cells to choose from, and the problems of the chosen one. */
import type { ComparedRun, PairedMeasure, WinLose } from '../../engine/protocol/comparison.ts';
import type { ProblemText } from '../../engine/protocol/panels/compare.ts';
import { count, plural } from '../../engine/words/format.ts';
import { element, setText } from '../dom.ts';
import { icon } from '../icons.ts';
import { button } from '../ui.ts';

/** A pair with its result. */
export interface ShownPair {
  readonly a: ComparedRun;
  readonly b: ComparedRun;
  readonly measure: PairedMeasure;
  readonly winLose: WinLose;
}

export interface WinLoseEvents {
  /** Texts of these are wanted. */
  readonly onProblems: (pair: ShownPair, problems: readonly number[]) => void;
  readonly onOpen: (pair: ShownPair, problem: number) => void;
  readonly onCell: (cell: Cell | null) => void;
}

export type Cell = keyof WinLose;

/** Problems shown at once. */
const PAGE = 50;

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
  readonly #list = element('ul', { class: 'problems' });
  readonly #more;
  /** Texts of problems, by run, split and problem. */
  readonly #texts = new Map<string, string>();
  #pair: ShownPair | null = null;
  #cell: Cell | null;
  #shown = PAGE;
  #rendered = '';

  /** @param cell whose problems are listed at first */
  constructor(cell: Cell | null, events: WinLoseEvents) {
    this.#cell = cell;
    this.#events = events;
    this.#cells = {
      both: this.#button('both'),
      onlyA: this.#button('onlyA'),
      onlyB: this.#button('onlyB'),
      neither: this.#button('neither'),
    };
    const { both, onlyA, onlyB, neither } = this.#cells;
    const inCell = (made: HTMLElement): HTMLElement => element('td', {}, made);
    this.#more = button({ label: 'Show More', onClick: () => this.#showMore() });
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
      this.#list,
      this.#more.element,
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
    for (const { problem, text } of problems) this.#texts.set(textKey(run, split, problem), text);
    this.#renderTexts();
  }

  #button(cell: Cell): HTMLButtonElement {
    const made = element('button', { class: 'cell', attributes: { type: 'button', 'aria-pressed': 'false' } });
    made.addEventListener('click', () => {
      this.#cell = this.#cell === cell ? null : cell;
      this.#shown = PAGE;
      this.#renderList();
      this.#events.onCell(this.#cell);
    });
    return made;
  }

  #showMore(): void {
    this.#shown += PAGE;
    this.#renderList();
  }

  #renderList(): void {
    const pair = this.#pair;
    const cell = this.#cell;
    for (const name of CELLS) this.#cells[name].setAttribute('aria-pressed', String(name === cell));
    if (pair === null || cell === null || pair.winLose[cell].length === 0) {
      this.#list.replaceChildren();
      setText(this.#caption, pair === null ? '' : 'Choose a cell to read what both wrote.');
      this.#more.element.hidden = true;
      return;
    }
    const problems = pair.winLose[cell];
    const shown = problems.slice(0, this.#shown);
    setText(this.#caption, `${plural(problems.length, 'problem')}: ${nameOf(cell, pair)}`);
    this.#list.replaceChildren(...shown.map((problem) => this.#item(pair, problem)));
    this.#more.element.hidden = shown.length === problems.length;
    this.#renderTexts();
    const unknown = shown.filter((problem) => !this.#texts.has(textKey(pair.a.dir, pair.measure.split, problem)));
    if (unknown.length > 0) this.#events.onProblems(pair, unknown.slice(-PAGE));
  }

  #item(pair: ShownPair, problem: number): HTMLElement {
    const made = element(
      'button',
      {
        class: 'problem',
        title: `Open what ${pair.a.letter} and ${pair.b.letter} wrote, side by side`,
        attributes: { type: 'button', 'data-problem': String(problem) },
      },
      element('span', { class: 'quiet', text: `#${problem}` }),
      element('span', { class: 'problem-text editor-font' }),
      icon('go-to-file'),
    );
    made.addEventListener('click', () => this.#events.onOpen(pair, problem));
    return element('li', {}, made);
  }

  #renderTexts(): void {
    if (this.#pair === null) return;
    const { a, measure } = this.#pair;
    for (const made of this.#list.querySelectorAll<HTMLElement>('.problem')) {
      const text = this.#texts.get(textKey(a.dir, measure.split, Number(made.dataset['problem'])));
      const shown = made.querySelector('.problem-text');
      if (shown && text !== undefined) setText(shown, text);
    }
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

function textKey(run: string, split: string, problem: number): string {
  return `${split} ${problem} ${run}`;
}
