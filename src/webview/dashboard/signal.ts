/** Groups that nothing was learned from, by their causes: a line that says how many, and what to do about each when it is opened. */
import type { FromDashboard } from '../../engine/protocol/panels/dashboard.ts';
import type { CauseCount, SignalCause, SignalReport } from '../../engine/protocol/panels/signal.ts';
import { count, plural } from '../../engine/words/format.ts';
import { element, setText, uniqueId } from '../dom.ts';
import { icon, setIcon } from '../icons.ts';
import { SignalCauseView } from './signalCause.ts';

export interface SignalEvents {
  readonly onOpen: (open: boolean) => void;
  readonly post: (message: FromDashboard) => void;
}

export class Signal {
  readonly element: HTMLElement;
  readonly #events: SignalEvents;
  readonly #title = element('span');
  readonly #chevron = icon('chevron-right');
  readonly #counts = element('ul', { class: 'signal-counts' });
  readonly #list = element('ul', { class: 'signal-causes', attributes: { id: uniqueId('causes') } });
  readonly #button: HTMLElement;
  /** They stay while the run goes on, so that none is lost under the pointer or the keyboard. */
  readonly #views = new Map<SignalCause, SignalCauseView>();
  #open = false;

  constructor(open: boolean, events: SignalEvents) {
    this.#events = events;
    this.#button = element(
      'button',
      { class: 'strip', attributes: { type: 'button', 'aria-controls': this.#list.id } },
      this.#chevron,
      this.#title,
    );
    this.#button.addEventListener('click', () => {
      this.#setOpen(!this.#open);
      events.onOpen(this.#open);
    });
    this.element = element(
      'section',
      { class: 'signal', hidden: true, attributes: { 'aria-label': 'Groups without signal' } },
      element('div', { class: 'signal-head' }, this.#button, this.#counts),
      this.#list,
    );
    this.#setOpen(open);
  }

  /** @param report null where nothing was trained on yet */
  show(report: SignalReport | null): void {
    // Where every group has signal there is nothing to say.
    this.element.hidden = report === null || report.dead === 0;
    if (report === null) return;
    const { from, to, steps, groups, putAside, dead } = report;
    const where = steps === 1 ? `step ${count(to)}` : `the last ${plural(steps, 'step')}`;
    const aside = putAside === 0 ? '' : `; ${count(putAside)} more ${putAside === 1 ? 'was' : 'were'} put aside`;
    setText(this.#title, `Of ${plural(groups, 'group')} in ${where} ${count(dead)} had no signal${aside}`);
    this.#button.title = steps === 1 ? '' : `Steps ${count(from)} to ${count(to)}`;
    // From the last to the first, so that each knows the one that it comes before.
    report.causes.reduceRight<SignalCauseView | null>((next, cause) => this.#show(cause, next), null);
    for (const [name, view] of this.#views) if (!report.causes.some(({ cause }) => cause === name)) view.show(null);
  }

  #show(cause: CauseCount, next: SignalCauseView | null): SignalCauseView {
    const known = this.#views.get(cause.cause);
    const view = known ?? new SignalCauseView(this.#events.post);
    if (known === undefined) {
      this.#views.set(cause.cause, view);
      this.#counts.insertBefore(view.count, next?.count ?? null);
      this.#list.insertBefore(view.row, next?.row ?? null);
    }
    view.show(cause);
    return view;
  }

  #setOpen(open: boolean): void {
    this.#open = open;
    this.#list.hidden = !open;
    this.#counts.hidden = open;
    this.#button.setAttribute('aria-expanded', String(open));
    setIcon(this.#chevron, open ? 'chevron-down' : 'chevron-right');
  }
}
