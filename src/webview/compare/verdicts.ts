/** Whether it made a difference, in words: one sentence for each recipe and each run, with what to know before believing it. */
import type { MeasureName, RecipeComparison } from '../../engine/protocol/comparison.ts';
import { element } from '../dom.ts';
import { icon } from '../icons.ts';
import { dropdown, type DropdownControl } from '../ui.ts';
import type { CompareModel } from './model.ts';
import { section } from './section.ts';

const MEASURES: readonly { readonly value: MeasureName; readonly label: string }[] = [
  { value: 'final', label: 'Final evaluation' },
  { value: 'best', label: 'Best evaluation' },
  { value: 'test', label: 'Test split' },
];

export class Verdicts {
  readonly element: HTMLElement;
  readonly #measure: DropdownControl<MeasureName>;
  readonly #list = element('ul', { class: 'verdicts' });
  readonly #notes = element('ul', { class: 'notes quiet' });
  #shown = '';

  constructor(measure: MeasureName, onMeasure: (measure: MeasureName) => void) {
    this.#measure = dropdown({ label: 'Measured by', choices: MEASURES, value: measure, onChange: onMeasure });
    this.element = section('Difference', [this.#measure.element], this.#list, this.#notes);
  }

  render(model: CompareModel, of: MeasureName): void {
    const pairs = model.others.map((run) => entryOf(model, of, run));
    const entries = [...model.recipes(of).map(recipeEntry), ...pairs];
    const { seedGroups = [], cautions: general = [] } = model.overview ?? {};
    const notes = [...seedGroups.map(({ sentence }) => sentence), ...general];
    this.element.hidden = entries.length === 0;
    const key = JSON.stringify([entries, notes]);
    if (key === this.#shown) return;
    this.#shown = key;
    this.#list.replaceChildren(
      ...entries.map(({ sentence, tasks, cautions, refused }) =>
        element(
          'li',
          {},
          element('p', { class: 'verdict' }, refused ? icon('info') : null, sentence),
          tasks.length === 0
            ? null
            : element('ul', { class: 'task-verdicts' }, ...tasks.map((text) => element('li', { text }))),
          cautions.length === 0
            ? null
            : element('ul', { class: 'cautions quiet' }, ...cautions.map((text) => element('li', { text }))),
        ),
      ),
    );
    this.#notes.replaceChildren(...notes.map((text) => element('li', { text })));
  }
}

interface Entry {
  readonly sentence: string;
  /** Of each of several tasks. */
  readonly tasks: readonly string[];
  readonly cautions: readonly string[];
  readonly refused: boolean;
}

const NOTHING_MORE = { tasks: [], cautions: [] };

function recipeEntry({ sentence, result }: RecipeComparison): Entry {
  return { sentence, ...NOTHING_MORE, refused: result === null };
}

function entryOf(model: CompareModel, of: MeasureName, run: CompareModel['others'][number]): Entry {
  const pair = model.pair(of, run);
  switch (pair.state) {
    case 'pending':
      return { sentence: `${run.letter}: working it out…`, ...NOTHING_MORE, refused: false };
    case 'refused':
      return { sentence: `${run.letter}: ${pair.message}`, ...NOTHING_MORE, refused: true };
    case 'absent': {
      const what = of === 'test' ? 'were not both measured on a test split' : 'were not both measured';
      return { sentence: `${model.baseline?.letter ?? ''} and ${run.letter} ${what}.`, ...NOTHING_MORE, refused: true };
    }
    case 'known': {
      const { sentence, tasks, cautions, result } = pair.measure;
      return { sentence, tasks: tasks.map((task) => task.sentence), cautions, refused: result === null };
    }
  }
}
