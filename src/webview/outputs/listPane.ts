/** The list of problems or completions, page by page as it is scrolled. */
import type {
  ChangePage,
  CompletionPage,
  MAX_COUNTED as COUNTED,
  ProblemPage,
  ShownRewardDiff,
} from '../../engine/protocol/panels/outputs.ts';
import type { OutputScope, PanelRequest } from '../../engine/protocol/panels/outputsRequests.ts';
import { plural } from '../../engine/words/format.ts';
import { element, setText } from '../dom.ts';
import { changeRow } from './changeRow.ts';
import { ListControls, type ListChange } from './listControls.ts';
import { PAGE_ROWS, pageOf, Pages } from './pages.ts';
import type { Requests } from './requests.ts';
import { isSame, problemOf, selectedOf, type Row } from './rowNames.ts';
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

type Page = ProblemPage | CompletionPage | ChangePage;
type ListRequest = Extract<PanelRequest, { kind: 'problems' | 'completions' | 'changes' }>;

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
  /** Counts the comparisons of rewards: their lists are of one each. */
  #compared = 0;
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

  /** The names of the run's tasks; none where it has one dataset. */
  setTasks(tasks: readonly string[]): void {
    this.#controls.setTasks(tasks);
  }

  /** Another comparison of rewards, whose changes can be listed; null where there is none any more. */
  setDiff(diff: ShownRewardDiff | null): void {
    if (diff?.state === 'done') this.#compared++;
    this.#controls.setDiff(diff);
  }

  /** The first row: shown where nothing was chosen. */
  first(): Selected | null {
    const row = this.#pages.row(0);
    return row ? { ...selectedOf(row, this.#isNamed), chosen: false } : null;
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
    const compared = request?.kind === 'changes' ? this.#compared : 0;
    const followed = request && { ...request, query: { ...request.query, step } };
    return { exact: JSON.stringify([run, compared, request]), followed: JSON.stringify([run, compared, followed]) };
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
    const onReply = (reply: Page): void => this.#list.whenReleased(() => this.#take(page, name, reply));
    const onFailure = (): void => {
      if (this.#asked[page % 2] === page) this.#asked[page % 2] = -1;
      this.#wanted = null;
      this.#markSelected();
    };
    const slot = page === 0 ? 'list' : `listPage${page % 2}`;
    if (request.kind === 'problems') this.#requests.ask<'problems'>(slot, request, onReply, onFailure);
    else if (request.kind === 'changes') this.#requests.ask<'changes'>(slot, request, onReply, onFailure);
    else this.#requests.ask<'completions'>(slot, request, onReply, onFailure);
  }

  #take(page: number, name: ListName, { rows, total }: Page): void {
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
    const task = state.task === null ? {} : { task: state.task };
    if (state.list === 'problems' && state.change !== null)
      return { kind: 'changes', query: { change: state.change, page } };
    if (state.list === 'problems') {
      const { problemState, problemOrder, upTo, among } = state;
      const named = among === null ? {} : { among: [...among.groups] };
      const query = {
        ...place,
        ...task,
        upTo: upTo.problems,
        state: problemState,
        order: problemOrder,
        ...named,
        page,
      };
      return { kind: 'problems', query };
    }
    const { words, reward, stopReason, failed, completionOrder, upTo } = state;
    const query = {
      ...place,
      ...task,
      upTo: upTo.completions,
      words,
      reward,
      stopReason,
      failed,
      order: completionOrder,
      page,
    };
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
      : plural(total, problems ? (this.#state.change === null && !this.#isNamed ? 'problem' : 'group') : 'completion');
    const { step } = this.#place ?? { step: 0 };
    setText(this.#count, counted);
    const where = this.#state.upTo[this.#state.list] ? 'up to' : 'at';
    setText(this.#step, this.#isNamed ? '' : ` ${where} step ${step}`);
  }

  #render(index: number): Node | null {
    const row = this.#pages.row(index);
    const scope = this.#place?.scope;
    if (row === undefined || scope === undefined) return null;
    if ('key' in row) return completionRow(scope, row);
    if ('most' in row) return changeRow(scope, row);
    return problemRow(scope, row, this.#isNamed || this.#state.upTo.problems);
  }

  /** Groups of any step: a problem may be among them at several. */
  get #isNamed(): boolean {
    const { list, among, change } = this.#state;
    return list === 'problems' && (among !== null || change !== null);
  }

  #choose(index: number, open: boolean): void {
    const row = this.#pages.row(index);
    this.#wanted = row ? null : { index, open };
    if (row) this.#events.onSelect(selectedOf(row, this.#isNamed), open);
  }

  #markSelected(): void {
    const { selected } = this.#state;
    const known = selected === null ? -1 : this.#pages.find((row) => isSame(row, selected, this.#isNamed));
    this.#list.setChosen(this.#wanted?.index ?? known);
  }
}
