/** The list of problems or completions, page by page as it is scrolled. */
import type {
  CompletionPage,
  CompletionRow,
  MAX_COUNTED as COUNTED,
  OutputScope,
  OutputsRequest,
  ProblemPage,
  ProblemRow,
} from '../../engine/protocol/panels/outputs.ts';
import { plural } from '../../engine/words/format.ts';
import { element, setText } from '../dom.ts';
import { ListControls, type ListChange } from './listControls.ts';
import { PAGE_ROWS, pageOf, Pages } from './pages.ts';
import type { Requests } from './requests.ts';
import { completionRow, problemRow } from './rows.ts';
import type { OutputsState, Selected } from './state.ts';
import { VirtualList } from './virtualList.ts';

/** Totals above this are not counted. */
const MAX_COUNTED: typeof COUNTED = 1000;

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

/** What a list is of. An answer to another one is dropped. */
interface ListName {
  readonly exact: string;
  /** Without the step while the newest is followed: what is still the same list to the person. */
  readonly followed: string;
}

type Row = ProblemRow | CompletionRow;
type ListRequest = Extract<OutputsRequest, { kind: 'problems' | 'completions' }>;

export class ListPane {
  readonly element: HTMLElement;
  readonly #requests: Requests;
  readonly #events: ListPaneEvents;
  readonly #controls: ListControls;
  readonly #list: VirtualList;
  readonly #count = element('span', { attributes: { role: 'status' } });
  /** Not a part of the status: while a run is followed it changes all the time. */
  readonly #step = element('span');
  readonly #pages = new Pages<Row>();
  #state: OutputsState;
  #place: ListPlace | null = null;
  #total = 0;
  #shown: ListName = { exact: '', followed: '' };
  /** Where the run has got to while the list was read further down: shown when its beginning is in view again. */
  #newer: ListPlace | null = null;
  /** A row that was reached before its page is there. */
  #wanted: { readonly index: number; readonly open: boolean } | null = null;
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
      onTop: () => this.#catchUp(),
      onChoose: (index, open) => this.#choose(index, open),
    });
    this.element = element(
      'section',
      { class: 'list-pane', attributes: { 'aria-label': 'List' } },
      this.#controls.element,
      element('p', { class: 'list-count quiet' }, this.#count, this.#step),
      this.#list.element,
    );
  }

  /**
   * Shows the list of a place. `again` reads it again even where it is the same: the run has gone on. While the person reads further
   * down, what goes on waits until they are back at its beginning.
   * @param place null where there is nothing yet
   */
  show(state: OutputsState, place: ListPlace | null, again: boolean): void {
    this.#state = state;
    this.#controls.show(state);
    this.#list.setLabel(state.list === 'problems' ? 'Problems' : 'Completions');
    const before = this.#place;
    this.#place = place;
    const name = this.#name();
    const changed = name.exact !== this.#shown.exact || again;
    const same = name.followed === this.#shown.followed;
    // A resumed run goes back: what is shown is no longer there.
    const goesOn = before !== null && place !== null && place.step >= before.step;
    if (same && goesOn && this.#list.isScrolled) {
      this.#place = before;
      if (changed) this.#newer = place;
    } else {
      this.#newer = null;
      if (changed) this.#ask(0, name);
    }
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

  #catchUp(): void {
    if (this.#newer === null) return;
    this.#place = this.#newer;
    this.#newer = null;
    this.#ask(0, this.#name());
  }

  #name(): ListName {
    const { run, step } = this.#state;
    const request = this.#request(0);
    const followed = request && { ...request, query: { ...request.query, step } };
    return { exact: JSON.stringify([run, request]), followed: JSON.stringify([run, followed]) };
  }

  #askOnce(page: number): void {
    const slot = page % 2;
    if (this.#asked[slot] === page) return;
    this.#asked[slot] = page;
    this.#ask(page);
  }

  #ask(page: number, name = this.#shown): void {
    const request = this.#request(page);
    if (request === null) return;
    const onReply = (reply: ProblemPage | CompletionPage): void =>
      this.#list.whenReleased(() => this.#take(page, name, reply));
    const onFailure = (): void => {
      if (this.#asked[page % 2] === page) this.#asked[page % 2] = -1;
      this.#wanted = null;
      this.#markSelected();
    };
    const slot = page === 0 ? 'list' : `listPage${page % 2}`;
    if (request.kind === 'problems') this.#requests.ask<'problems'>(slot, request, onReply, onFailure);
    else this.#requests.ask<'completions'>(slot, request, onReply, onFailure);
  }

  #take(page: number, name: ListName, { rows, total }: ProblemPage | CompletionPage): void {
    const fresh = name.followed !== this.#shown.followed;
    if (page === 0) {
      this.#pages.clear();
      this.#asked.fill(-1);
      this.#shown = name;
    } else if (name.exact !== this.#shown.exact) return;
    this.#pages.set(page, rows);
    this.#total = total;
    this.#showCount();
    const count = this.#countable(page, rows.length);
    if (fresh) {
      this.#wanted = null;
      this.#list.reset(count);
    } else this.#list.setCount(count);
    this.#markSelected();
    const wanted = this.#wanted;
    if (wanted && pageOf(wanted.index) === page) {
      this.#wanted = null;
      if (this.#pages.row(wanted.index)) this.#choose(wanted.index, wanted.open);
    }
    if (page === 0) this.#events.onLoaded();
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
    setText(this.#count, counted);
    setText(this.#step, ` ${this.#state.upTo[this.#state.list] ? 'up to' : 'at'} step ${step}`);
  }

  #render(index: number): Node | null {
    const row = this.#pages.row(index);
    const scope = this.#place?.scope;
    if (row === undefined || scope === undefined) return null;
    return 'key' in row ? completionRow(scope, row) : problemRow(scope, row, this.#state.upTo.problems);
  }

  #choose(index: number, open: boolean): void {
    const row = this.#pages.row(index);
    this.#wanted = row ? null : { index, open };
    if (row) this.#events.onSelect(selectedOf(row), open);
  }

  #markSelected(): void {
    const { selected } = this.#state;
    const known = selected === null ? -1 : this.#pages.find((row) => isSame(row, selected));
    this.#list.setChosen(this.#wanted?.index ?? known);
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
