/** One run against the baseline: what to look at in the editor, and problem by problem who solved it. */
import type { ComparedRun, MeasureName } from '../../engine/protocol/comparison.ts';
import type { DiffKind, ProblemText } from '../../engine/protocol/panels/compare.ts';
import { element, setText, uniqueId } from '../dom.ts';
import { button, dropdown, type ButtonControl } from '../ui.ts';
import type { CompareModel } from './model.ts';
import { WinLoseTable, type Cell, type WinLoseEvents } from './winLose.ts';

export interface CloserEvents extends WinLoseEvents {
  readonly onCloser: (run: string) => void;
  readonly onDiff: (diff: DiffKind, a: string, b: string) => void;
  /** What the rewards of `b` say of the completions of `a`. */
  readonly onCompareRewards: (a: string, b: string) => void;
}

const DIFFS: readonly { readonly diff: DiffKind; readonly label: string }[] = [
  { diff: 'experiment', label: 'Experiment' },
  { diff: 'rewards', label: 'Reward Source' },
  { diff: 'code', label: 'Code' },
  { diff: 'dataset', label: 'Dataset' },
];

export class Closer {
  readonly element: HTMLElement;
  readonly #title = element('h2', { attributes: { id: uniqueId('closer') } });
  readonly #run;
  readonly #message = element('p', { class: 'quiet' });
  readonly #table: WinLoseTable;
  readonly #scores: ButtonControl;
  readonly #diffs: readonly { readonly diff: DiffKind; readonly control: ButtonControl }[];
  #pair: { readonly a: ComparedRun; readonly b: ComparedRun } | null = null;
  #choices = '';

  /** @param cell whose problems are listed at first */
  constructor(cell: Cell | null, events: CloserEvents) {
    this.#run = dropdown<string>({ label: 'Run', choices: [], value: '', onChange: events.onCloser });
    this.#table = new WinLoseTable(cell, events);
    this.#diffs = DIFFS.map(({ diff, label }) => {
      const onClick = (): void => {
        if (this.#pair) events.onDiff(diff, this.#pair.a.dir, this.#pair.b.dir);
      };
      return { diff, control: button({ label, icon: 'diff', onClick }) };
    });
    this.#scores = button({
      label: 'Reward Scores',
      icon: 'output',
      onClick: () => {
        if (this.#pair) events.onCompareRewards(this.#pair.a.dir, this.#pair.b.dir);
      },
    });
    this.element = element(
      'section',
      { attributes: { 'aria-labelledby': this.#title.id } },
      element('div', { class: 'section-head' }, this.#title, this.#run.element),
      element(
        'div',
        { class: 'toolbar', attributes: { role: 'group', 'aria-label': 'Open the two side by side' } },
        ...this.#diffs.map(({ control }) => control.element),
        this.#scores.element,
      ),
      this.#message,
      this.#table.element,
    );
  }

  render(model: CompareModel, of: MeasureName, chosen: string | null): void {
    const { baseline: a, others } = model;
    const b = others.find(({ dir }) => dir === chosen) ?? others[0];
    this.element.hidden = a === null || b === undefined;
    if (a === null || b === undefined) return;
    this.#pair = { a, b };
    setText(this.#title, others.length === 1 ? `${b.letter} against ${a.letter}` : `Against ${a.letter}`);
    this.#run.element.hidden = others.length === 1;
    this.#setChoices(others, b);
    for (const { diff, control } of this.#diffs) control.setEnabled(differs(model, diff, a, b));
    this.#scores.setEnabled(differs(model, 'rewards', a, b));
    this.#scores.element.title = `What the rewards of ${b.letter} say of the completions of ${a.letter}`;
    const pair = model.pair(of, b);
    const result = pair.state === 'known' ? pair.measure.result : null;
    this.#message.hidden = result !== null;
    setText(this.#message, result === null ? reason(pair) : '');
    this.#table.render(
      pair.state === 'known' && result !== null ? { a, b, measure: pair.measure, winLose: result.winLose } : null,
    );
  }

  setTexts(run: string, split: string, problems: readonly ProblemText[]): void {
    this.#table.setTexts(run, split, problems);
  }

  #setChoices(others: readonly ComparedRun[], chosen: ComparedRun): void {
    const choices = others.map(({ dir, letter, label }) => ({ value: dir, label: `${letter} ${label}` }));
    const key = JSON.stringify(choices);
    if (key !== this.#choices) this.#run.setChoices(choices, chosen.dir);
    else if (this.#run.value !== chosen.dir) this.#run.setValue(chosen.dir);
    this.#choices = key;
  }
}

/** Whether there is anything to see in a comparison of the two. */
function differs({ overview, runs }: CompareModel, diff: DiffKind, a: ComparedRun, b: ComparedRun): boolean {
  switch (diff) {
    case 'rewards':
    case 'code':
    case 'dataset':
      return a.provenance[diff] !== b.provenance[diff];
    case 'experiment': {
      const [indexA, indexB] = [runs.indexOf(a), runs.indexOf(b)];
      return (overview?.parameters ?? []).some(
        ({ values }) => JSON.stringify(values[indexA]) !== JSON.stringify(values[indexB]),
      );
    }
  }
}

function reason(pair: ReturnType<CompareModel['pair']>): string {
  switch (pair.state) {
    case 'pending':
      return 'Working out who solved what…';
    case 'refused':
      return pair.message;
    case 'absent':
      return 'The two were not both measured in this way.';
    case 'known':
      return pair.measure.sentence;
  }
}
