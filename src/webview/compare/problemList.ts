/** Problems that two runs solved or did not, page by page: each opens what both wrote. */
import type { ComparedRun, PairedMeasure, WinLose } from '../../engine/protocol/comparison.ts';
import type { MAX_PROBLEMS, ProblemText } from '../../engine/protocol/panels/compare.ts';
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

export interface ProblemListEvents {
  /** Texts of these are wanted. */
  readonly onProblems: (pair: ShownPair, problems: readonly number[]) => void;
  readonly onOpen: (pair: ShownPair, problem: number) => void;
}

/** Problems shown at once. */
const PAGE = 50;
/** Texts that can be asked for at once. */
const MAX_ASKED: typeof MAX_PROBLEMS = 500;

export class ProblemList {
  readonly element: HTMLElement;
  readonly #events: ProblemListEvents;
  readonly #list = element('ul', { class: 'problems' });
  readonly #more;
  /** Texts of problems, by run, split and problem. */
  readonly #texts = new Map<string, ProblemText>();
  #pair: ShownPair | null = null;
  #problems: readonly number[] = [];
  #shown = PAGE;
  #of = '';

  constructor(events: ProblemListEvents) {
    this.#events = events;
    this.#more = button({ label: 'Show More', onClick: () => this.#showMore() });
    this.element = element('div', {}, this.#list, this.#more.element);
    this.#render();
  }

  /**
   * Another pair or cell is listed from its first page; the same, when its run has gone on, as far as before.
   * @param cell null where none is chosen
   */
  show(pair: ShownPair, cell: keyof WinLose | null): void {
    const of = JSON.stringify([pair.a.dir, pair.b.dir, pair.measure.of, cell]);
    if (of !== this.#of) this.#shown = PAGE;
    this.#of = of;
    this.#pair = pair;
    this.#problems = cell === null ? [] : pair.winLose[cell];
    this.#render();
  }

  setTexts(run: string, split: string, problems: readonly ProblemText[]): void {
    for (const text of problems) this.#texts.set(textKey(run, split, text.problem), text);
    this.#renderTexts();
  }

  #showMore(): void {
    this.#shown += PAGE;
    this.#render();
  }

  #render(): void {
    const pair = this.#pair;
    const shown = this.#problems.slice(0, this.#shown);
    this.#more.element.hidden = shown.length === this.#problems.length;
    this.#list.replaceChildren(...(pair === null ? [] : shown.map((problem) => this.#item(pair, problem))));
    if (pair === null) return;
    this.#renderTexts();
    const unknown = shown.filter((problem) => !this.#texts.has(textKey(pair.a.dir, pair.measure.split, problem)));
    if (unknown.length > 0) this.#events.onProblems(pair, unknown.slice(0, MAX_ASKED));
  }

  #item(pair: ShownPair, problem: number): HTMLElement {
    const made = element(
      'button',
      {
        class: 'problem',
        title: `Open what ${pair.a.letter} and ${pair.b.letter} wrote, side by side`,
        attributes: { type: 'button', 'data-problem': String(problem) },
      },
      element('span', { class: 'problem-number quiet' }),
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
      const found = this.#texts.get(textKey(a.dir, measure.split, Number(made.dataset['problem'])));
      const [number, text] = ['.problem-number', '.problem-text'].map((part) => made.querySelector(part));
      if (!number || !text || found === undefined) continue;
      const { task, row } = found.place;
      setText(number, task === null ? `#${row}` : `${task} #${row}`);
      setText(text, found.text);
    }
  }
}

function textKey(run: string, split: string, problem: number): string {
  return `${split} ${problem} ${run}`;
}
