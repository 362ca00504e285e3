/** The list of problems or completions, page by page as it is scrolled. */
import type {
  CompletionPage,
  CompletionRow,
  OutputScope,
  OutputsRequest,
  ProblemPage,
  ProblemRow,
} from '../../engine/protocol/panels/outputs.ts';
import { element, setText } from '../dom.ts';
import { ListControls, type ListChange } from './listControls.ts';
import { PAGE_ROWS, pageOf, Pages } from './pages.ts';
import type { Requests } from './requests.ts';
import { completionRow, problemRow } from './rows.ts';
import type { OutputsState, Selected } from './state.ts';
import { VirtualList } from './virtualList.ts';
import { plural } from './words.ts';

/** Totals above this are not counted (`MAX_COUNTED` of the protocol). */
const MAX_COUNTED = 1000;

export interface ListPaneEvents {
  readonly onChange: ListChange;
  /** The beginning of a list is there. */
  readonly onLoaded: () => void;
  /** @param open asked for, and not only reached or shown for want of another */
  readonly onSelect: (selected: Selected, open: boolean) => void;
}

/** A place in the run: what the list is of. */
export interface ListPlace {
  readonly scope: OutputScope;
  readonly step: number;
}

type Row = ProblemRow | CompletionRow;
type ListRequest = Extract<OutputsRequest, { kind: 'problems' | 'completions' }>;

export class ListPane {
  readonly element: HTMLElement;
  readonly #requests: Requests;
  readonly #events: ListPaneEvents;
  readonly #controls: ListControls;
  readonly #list: VirtualList;
  readonly #count = element('p', { class: 'list-count quiet', attributes: { role: 'status' } });
  readonly #pages = new Pages<Row>();
  #state: OutputsState;
  #place: ListPlace | null = null;
  #total = 0;
  /** Of the list that is shown: an answer to another one is dropped. */
  #shown = '';
  /** By its slot, the page that is asked for: two neighbours are in view at once. */
  readonly #asked = [-1, -1];

  constructor(state: OutputsState, requests: Requests, events: ListPaneEvents) {
    this.#state = state;
    this.#requests = requests;
    this.#events = events;
    this.#controls = new ListControls(state, events.onChange);
    this.#list = new VirtualList('Problems', {
      render: (index) => this.#render(index),
      onMissing: (index) => this.#askOnce(pageOf(index)),
      onChoose: (index, open) => this.#choose(index, open),
    });
    this.element = element(
      'section',
      { class: 'list-pane', attributes: { 'aria-label': 'List' } },
      this.#controls.element,
      this.#count,
      this.#list.element,
    );
  }

  /**
   * Shows the list of a place. `again` reads it again even where it is the same: the run has gone on.
   * @param place null where there is nothing yet
   */
  show(state: OutputsState, place: ListPlace | null, again: boolean): void {
    this.#state = state;
    this.#controls.show(state);
    this.#place = place;
    this.#list.setLabel(state.list === 'problems' ? 'Problems' : 'Completions');
    const shown = JSON.stringify([place, state.run, this.#request(0)]);
    if (shown !== this.#shown || again) this.#ask(0, shown);
    this.#markSelected();
  }

  /** The first row: shown where nothing was chosen. */
  first(): Selected | null {
    const row = this.#pages.row(0);
    return row ? { ...selectedOf(row), chosen: false } : null;
  }

  has({ problem }: Selected): boolean {
    return this.#pages.find((row) => problemOf(row) === problem) >= 0;
  }

  focus(): void {
    this.#list.element.focus();
  }

  #askOnce(page: number): void {
    const slot = page % 2;
    if (this.#asked[slot] === page) return;
    this.#asked[slot] = page;
    this.#ask(page);
  }

  #ask(page: number, shown = this.#shown): void {
    const request = this.#request(page);
    if (request === null) return;
    const fresh = shown !== this.#shown;
    const take = ({ rows, total }: ProblemPage | CompletionPage): void => {
      if (page === 0) {
        this.#pages.clear();
        this.#asked.fill(-1);
        this.#shown = shown;
      } else if (shown !== this.#shown) return;
      this.#pages.set(page, rows);
      this.#total = total;
      this.#showCount();
      const count = this.#countable(page, rows.length);
      if (page === 0 && fresh) this.#list.reset(count);
      else this.#list.setCount(count);
      this.#markSelected();
      if (page === 0) this.#events.onLoaded();
    };
    const slot = page === 0 ? 'list' : `listPage${page % 2}`;
    if (request.kind === 'problems') this.#requests.ask<'problems'>(slot, request, take);
    else this.#requests.ask<'completions'>(slot, request, take);
  }

  #request(page: number): ListRequest | null {
    const [state, place] = [this.#state, this.#place];
    if (place === null) return null;
    if (state.list === 'problems') {
      const { problemState, problemOrder, upTo } = state;
      const query = { ...place, upTo: upTo.problems, state: problemState, order: problemOrder, page };
      return { kind: 'problems', query };
    }
    const { words, reward, stopReason, failed, completionOrder, upTo } = state;
    const query = { ...place, upTo: upTo.completions, words, reward, stopReason, failed, order: completionOrder, page };
    return { kind: 'completions', query };
  }

  /** Rows that can be scrolled to: beyond what is counted, a page more than is known. */
  #countable(page: number, rows: number): number {
    if (this.#state.list === 'problems' || this.#total <= MAX_COUNTED) return this.#total;
    const known = page * PAGE_ROWS + rows;
    return Math.max(this.#total, rows === PAGE_ROWS ? known + PAGE_ROWS : known);
  }

  #showCount(): void {
    const problems = this.#state.list === 'problems';
    const total = this.#total;
    const many = !problems && total > MAX_COUNTED;
    const counted = many
      ? `${MAX_COUNTED.toLocaleString('en')}+ completions`
      : plural(total, problems ? 'problem' : 'completion');
    const { step } = this.#place ?? { step: 0 };
    setText(this.#count, `${counted} ${this.#state.upTo[this.#state.list] ? 'up to' : 'at'} step ${step}`);
  }

  #render(index: number): Node | null {
    const row = this.#pages.row(index);
    const scope = this.#place?.scope;
    if (row === undefined || scope === undefined) return null;
    return 'key' in row ? completionRow(scope, row) : problemRow(scope, row, this.#state.upTo.problems);
  }

  #choose(index: number, open: boolean): void {
    const row = this.#pages.row(index);
    if (row) this.#events.onSelect(selectedOf(row), open);
  }

  #markSelected(): void {
    const { selected } = this.#state;
    this.#list.setChosen(selected === null ? -1 : this.#pages.find((row) => isSame(row, selected)));
  }
}

function problemOf(row: Row): number {
  return 'key' in row ? row.key.problem : row.problem;
}

function selectedOf(row: Row): Selected {
  if (!('key' in row)) return { chosen: true, problem: row.problem, step: null, sample: null };
  const { problem, step, occurrence, round, sample } = row.key;
  return { chosen: true, problem, step, sample: { occurrence, round, sample } };
}

function isSame(row: Row, { problem, step, sample }: Selected): boolean {
  if (!('key' in row)) return row.problem === problem;
  const { key } = row;
  return (
    key.problem === problem &&
    key.step === step &&
    key.occurrence === sample?.occurrence &&
    key.round === sample.round &&
    key.sample === sample.sample
  );
}
