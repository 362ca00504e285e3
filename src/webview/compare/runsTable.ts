/** The runs: what they are called, how far they are and how they did. It is the legend of the curves too. */
import type { ComparedRun, MeasureName } from '../../engine/protocol/comparison.ts';
import type { CompareOverview } from '../../engine/protocol/panels/compare.ts';
import { count, percent } from '../../engine/words/format.ts';
import { element, setText, uniqueId } from '../dom.ts';
import { icon } from '../icons.ts';
import { button, iconButton } from '../ui.ts';
import { tag } from './looks.ts';
import type { CompareModel } from './model.ts';
import { section } from './section.ts';

export interface RunsTableEvents {
  readonly onAdd: () => void;
  readonly onRemove: (run: string) => void;
  readonly onBaseline: (run: string) => void;
}

/** What can be chosen in a row, and the cells whose text changes while the run goes on. */
interface Row {
  readonly baseline: HTMLInputElement;
  readonly removal: HTMLElement;
  readonly steps: HTMLElement;
  readonly final: HTMLElement;
  readonly best: HTMLElement;
  readonly against: HTMLElement;
}

export class RunsTable {
  readonly element: HTMLElement;
  readonly #events: RunsTableEvents;
  readonly #body = element('tbody');
  readonly #against = element('th', { attributes: { scope: 'col' } });
  readonly #table: HTMLElement;
  readonly #unreadable = element('ul', { class: 'unreadable' });
  readonly #hint = element('p', { class: 'quiet' });
  readonly #rows = new Map<string, Row>();
  readonly #group = uniqueId('baseline');
  readonly #add;
  #built = '';

  constructor(events: RunsTableEvents) {
    this.#events = events;
    const heading = (text: string, title = '', kind = ''): HTMLElement =>
      element('th', { class: kind, text, attributes: { scope: 'col', title: title === '' ? null : title } });
    this.#table = element(
      'table',
      { class: 'runs' },
      element('caption', { class: 'visually-hidden', text: 'Compared runs' }),
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          heading('Baseline', 'The run that the others are compared with'),
          heading('Run'),
          heading('Held-out accuracy', 'The newest evaluation, with its 95 % interval', 'number'),
          this.#against,
          heading('Best', 'The highest evaluation: chosen after the fact, so optimistic', 'number'),
          heading('Steps', '', 'number'),
          element('th', {}, element('span', { class: 'visually-hidden', text: 'Remove' })),
        ),
      ),
      this.#body,
    );
    this.#add = button({ label: 'Add Runs…', icon: 'add', onClick: () => this.#events.onAdd() });
    this.element = section(
      'Runs',
      [this.#add.element],
      element(
        'div',
        { class: 'scroller', attributes: { role: 'group', tabindex: '0', 'aria-label': 'Runs' } },
        this.#table,
      ),
      this.#unreadable,
      this.#hint,
    );
  }

  render(model: CompareModel, of: MeasureName): void {
    const { overview, runs, baseline } = model;
    this.element.hidden = overview === null;
    if (overview === null) return;
    this.#build(overview);
    this.#table.hidden = runs.length === 0;
    this.#hint.hidden = runs.length > 1;
    setText(this.#hint, runs.length === 0 ? 'Add the runs to compare.' : 'Add a run to compare with this one.');
    setText(this.#against, baseline === null ? '' : `Against ${baseline.letter}`);
    for (const run of runs) {
      const row = this.#rows.get(run.dir);
      if (!row) continue;
      row.baseline.checked = run === baseline;
      setText(row.steps, stepsText(run));
      setText(row.final, finalText(run));
      setText(row.best, bestText(run));
      setText(row.against, run === baseline ? 'baseline' : againstText(model, of, run));
    }
  }

  /** Rows are made anew only where the runs are others, so that the focus stays where it is. */
  #build(overview: CompareOverview): void {
    const { runs, unreadable } = overview;
    const key = JSON.stringify([runs.map(({ letter, dir, label }) => [letter, dir, label]), unreadable]);
    if (key === this.#built) return;
    this.#built = key;
    const refocus = this.#focused();
    this.#rows.clear();
    this.#body.replaceChildren(...runs.map((run) => this.#row(run)));
    this.#unreadable.replaceChildren(
      ...unreadable.map(({ run, message }) =>
        element(
          'li',
          {},
          icon('warning'),
          element('span', { text: message }),
          this.#removal(run, 'the unreadable run'),
        ),
      ),
    );
    refocus();
  }

  /** Rows that are made anew would lose the focus. Returns what gives it back: to its row, or, where that was removed, to the one after it. */
  #focused(): () => void {
    const focused = document.activeElement;
    const rows = [...this.#rows];
    const at = rows.findIndex(([, { baseline, removal }]) => focused === baseline || focused === removal);
    const found = rows[at];
    if (found === undefined) return this.#unreadable.contains(focused) ? () => this.#add.element.focus() : () => {};
    const [dir, { baseline }] = found;
    return () => {
      const row = this.#rows.get(dir) ?? [...this.#rows.values()].at(Math.min(at, this.#rows.size - 1));
      const control = focused === baseline ? row?.baseline : row?.removal;
      (control ?? this.#add.element).focus();
    };
  }

  #row(run: ComparedRun): HTMLElement {
    const name = `${run.letter}, ${run.label}`;
    const baseline = element('input', {
      attributes: { type: 'radio', name: this.#group, 'aria-label': `Compare with ${name}` },
    });
    baseline.addEventListener('change', () => this.#events.onBaseline(run.dir));
    const row = {
      baseline,
      removal: this.#removal(run.dir, name),
      steps: element('td', { class: 'number' }),
      final: element('td', { class: 'number' }),
      best: element('td', { class: 'number' }),
      against: element('td'),
    };
    this.#rows.set(run.dir, row);
    return element(
      'tr',
      {},
      element('td', { class: 'choice' }, baseline),
      element(
        'th',
        { class: 'run', attributes: { scope: 'row' } },
        tag(run),
        element('span', { text: run.label }),
        element('span', { class: 'quiet', text: `${run.experiment}, seed ${run.seed}` }),
      ),
      row.final,
      row.against,
      row.best,
      row.steps,
      element('td', { class: 'choice' }, row.removal),
    );
  }

  #removal(run: string, name: string): HTMLElement {
    return iconButton({ icon: 'close', label: `Remove ${name}`, onClick: () => this.#events.onRemove(run) }).element;
  }
}

function stepsText({ lastStep, steps, status, crashed }: ComparedRun): string {
  const done = count(lastStep ?? 0);
  if (status === 'finished') return done;
  return `${done}/${count(steps)} ${crashed ? 'crashed' : status}`;
}

function finalText({ final }: ComparedRun): string {
  if (final === null) return 'not measured';
  const { value, low, high } = final.accuracy;
  return `${percent(value)} (${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)})`;
}

function bestText({ best }: ComparedRun): string {
  return best === null ? '' : `${percent(best.accuracy.value)} at ${count(best.step)}`;
}

function againstText(model: CompareModel, of: MeasureName, run: ComparedRun): string {
  const pair = model.pair(of, run);
  if (pair.state === 'pending') return '…';
  if (pair.state === 'absent') return 'not measured';
  if (pair.state === 'refused' || pair.measure.result === null) return 'not comparable';
  return pair.measure.brief;
}
