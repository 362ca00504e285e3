/** What a list is of: problems or completions, over which steps, searched, filtered and sorted. */
import type { ShownRewardDiff } from '../../engine/protocol/panels/outputs.ts';
import type { CompletionQuery, ProblemQuery, RewardChange } from '../../engine/protocol/panels/outputsRequests.ts';
import type { StopReason } from '../../engine/protocol/completion.ts';
import { element } from '../dom.ts';
import { button, checkbox, dropdown, textField, type Choice, type DropdownControl } from '../ui.ts';
import { AmongNotice } from './among.ts';
import { changeChoices, isRewardChange } from './changeNames.ts';
import type { ListKind, OutputsState } from './state.ts';
import { COMPLETION_ORDERS, MAX_WORDS, PROBLEM_ORDERS, PROBLEM_STATES, STOPS } from './state.ts';
import { STOP_REASONS } from './words.ts';

const STATE_NAMES: Readonly<Record<ProblemQuery['state'], string>> = {
  all: 'All',
  unsolved: 'Unsolved',
  mixed: 'Partly solved',
  solved: 'All solved',
  errors: 'With reward errors',
  truncated: 'With cut-off outputs',
};
const PROBLEM_ORDER_NAMES: Readonly<Record<ProblemQuery['order'], string>> = {
  dataset: 'In dataset order',
  leastSolved: 'Least solved first',
  lowestReward: 'Lowest reward first',
  highestReward: 'Highest reward first',
  newlySolved: 'Newly solved first',
};
const COMPLETION_ORDER_NAMES: Readonly<Record<CompletionQuery['order'], string>> = {
  newest: 'Newest first',
  oldest: 'Oldest first',
  lowestReward: 'Lowest reward first',
  highestReward: 'Highest reward first',
};
/** Milliseconds without a key before a search begins. */
const TYPING_MS = 150;
const ANY = 'any';
/** No task is called so: names begin with a letter. */
const ALL_TASKS: Choice<string> = { value: '*', label: 'All tasks' };

type ProblemFilter = ProblemQuery['state'] | RewardChange;

export type ListChange = (change: Partial<OutputsState>) => void;

export class ListControls {
  readonly element: HTMLElement;
  readonly #change: ListChange;
  readonly #search;
  readonly #among: AmongNotice;
  readonly #kinds: Readonly<Record<ListKind, ReturnType<typeof button>>>;
  readonly #range;
  readonly #task: DropdownControl<string>;
  readonly #problemState;
  readonly #problemOrder;
  readonly #completionOrder;
  readonly #filterButton;
  readonly #filters: HTMLElement;
  readonly #from;
  readonly #to;
  readonly #stopReason;
  readonly #failed;
  #state: OutputsState;
  #tasks: readonly string[] = [];
  /** Searching showed the completions: when the words are gone, the problems come back. */
  #cameBySearch = false;

  constructor(state: OutputsState, change: ListChange) {
    this.#change = change;
    this.#state = state;
    this.#search = textField({
      label: 'Search completions',
      placeholder: 'Search completions',
      value: state.words,
      maxLength: MAX_WORDS,
      onInput: whenTyped((words) => this.#searched(words)),
    });
    this.#search.element.classList.add('search');
    const kind = (list: ListKind, label: string): ReturnType<typeof button> =>
      button({
        label,
        onClick: () => {
          this.#cameBySearch = false;
          change({ list });
        },
      });
    this.#kinds = { problems: kind('problems', 'Problems'), completions: kind('completions', 'Completions') };
    this.#range = dropdown<'step' | 'upTo'>({
      label: 'Steps',
      choices: [
        { value: 'step', label: 'This step' },
        { value: 'upTo', label: 'Up to this step' },
      ],
      value: 'step',
      onChange: (range) => change({ upTo: { ...this.#state.upTo, [this.#state.list]: range === 'upTo' } }),
    });
    this.#task = dropdown<string>({
      label: 'Task',
      choices: [ALL_TASKS],
      value: ALL_TASKS.value,
      onChange: (task) => change({ task: task === ALL_TASKS.value ? null : task }),
    });
    this.#problemState = dropdown<ProblemFilter>({
      label: 'Show',
      choices: named(PROBLEM_STATES, STATE_NAMES),
      value: state.problemState,
      onChange: (filter) =>
        change(isRewardChange(filter) ? { change: filter } : { problemState: filter, change: null }),
    });
    this.#problemOrder = dropdown({
      label: 'Sort',
      choices: named(PROBLEM_ORDERS, PROBLEM_ORDER_NAMES),
      value: state.problemOrder,
      onChange: (problemOrder) => change({ problemOrder }),
    });
    this.#completionOrder = dropdown({
      label: 'Sort',
      choices: named(COMPLETION_ORDERS, COMPLETION_ORDER_NAMES),
      value: state.completionOrder,
      onChange: (completionOrder) => change({ completionOrder }),
    });
    this.#filterButton = button({
      label: 'Filter',
      icon: 'filter',
      onClick: () => change({ filtersShown: !this.#state.filtersShown }),
    });
    const bound = (end: 'from' | 'to', label: string): ReturnType<typeof textField> =>
      textField({
        label,
        placeholder: end === 'from' ? 'lowest' : 'highest',
        onInput: whenTyped((text) => change({ reward: { ...this.#state.reward, [end]: parseNumber(text) } })),
      });
    this.#from = bound('from', 'Reward, from');
    this.#to = bound('to', 'Reward, to');
    this.#stopReason = dropdown<StopReason | typeof ANY>({
      label: 'How it ended',
      choices: [{ value: ANY, label: 'However it ended' }, ...named(STOPS, STOP_REASONS)],
      value: ANY,
      onChange: (reason) => change({ stopReason: reason === ANY ? null : reason }),
    });
    this.#failed = checkbox({
      label: 'With reward errors',
      checked: state.failed,
      onChange: (failed) => change({ failed }),
    });
    this.#filters = element(
      'div',
      { class: 'filters', attributes: { role: 'group', 'aria-label': 'Filter' } },
      element('span', { class: 'filter-reward' }, 'Reward', this.#from.element, '–', this.#to.element),
      this.#stopReason.element,
      this.#failed.element,
    );
    this.#among = new AmongNotice(() => change({ among: null }));
    this.element = element(
      'div',
      { class: 'list-controls' },
      this.#search.element,
      this.#among.element,
      element(
        'div',
        { class: 'toolbar list-kinds' },
        element(
          'span',
          { class: 'segments', attributes: { role: 'group', 'aria-label': 'List' } },
          this.#kinds.problems.element,
          this.#kinds.completions.element,
        ),
        this.#range.element,
        this.#task.element,
      ),
      element(
        'div',
        { class: 'toolbar' },
        this.#problemState.element,
        this.#problemOrder.element,
        this.#completionOrder.element,
        this.#filterButton.element,
      ),
      this.#filters,
    );
    this.#from.setValue(numberText(state.reward.from));
    this.#to.setValue(numberText(state.reward.to));
    this.show(state);
  }

  /** Another comparison of rewards: what can be listed of it. */
  setDiff(diff: ShownRewardDiff | null): void {
    const choices = [...named(PROBLEM_STATES, STATE_NAMES), ...changeChoices(diff)];
    this.#problemState.setChoices(choices, this.#state.change ?? this.#state.problemState);
  }

  /** The names of the run's tasks: of a single one there is nothing to choose. */
  setTasks(tasks: readonly string[]): void {
    if (tasks.join('\n') === this.#tasks.join('\n')) return;
    this.#tasks = tasks;
    const choices = [ALL_TASKS, ...tasks.map((task) => ({ value: task, label: task }))];
    this.#task.setChoices(choices, this.#state.task ?? ALL_TASKS.value);
  }

  show(state: OutputsState): void {
    this.#state = state;
    const { list, reward, stopReason, failed } = state;
    const problems = list === 'problems';
    const among = problems ? state.among : null;
    this.#among.show(among);
    const change = problems ? state.change : null;
    this.#range.element.hidden = among !== null || change !== null;
    this.#task.element.hidden = this.#tasks.length < 2 || among !== null || change !== null;
    this.#task.setValue(state.task ?? ALL_TASKS.value);
    this.#kinds.problems.setPressed(problems);
    this.#kinds.completions.setPressed(!problems);
    this.#range.setValue(state.upTo[list] ? 'upTo' : 'step');
    this.#problemState.element.hidden = !problems || among !== null;
    this.#problemOrder.element.hidden = !problems || change !== null;
    this.#completionOrder.element.hidden = problems;
    this.#filterButton.element.hidden = problems;
    this.#filters.hidden = problems || !state.filtersShown;
    this.#filterButton.setExpanded(state.filtersShown);
    const active = [reward.from ?? reward.to, stopReason, failed || null].filter((filter) => filter !== null).length;
    this.#filterButton.setLabel(active === 0 ? 'Filter' : `Filter (${active})`);
    this.#problemState.setValue(state.change ?? state.problemState);
    this.#problemOrder.setValue(state.problemOrder);
    this.#completionOrder.setValue(state.completionOrder);
    this.#stopReason.setValue(stopReason ?? ANY);
    this.#failed.setChecked(failed);
  }

  #searched(words: string): void {
    if (words === this.#state.words) return;
    if (words !== '' && this.#state.list === 'problems') this.#cameBySearch = true;
    const back = words === '' && this.#cameBySearch;
    if (back) this.#cameBySearch = false;
    this.#change({ words, list: words !== '' ? 'completions' : back ? 'problems' : this.#state.list });
  }
}

function named<Value extends string>(
  values: readonly Value[],
  names: Readonly<Record<Value, string>>,
): Choice<Value>[] {
  return values.map((value) => ({ value, label: names[value] }));
}

/** For a field of its own: what is typed in another does not hold it up. */
function whenTyped(done: (text: string) => void): (text: string) => void {
  let typing: ReturnType<typeof setTimeout> | undefined;
  return (text) => {
    clearTimeout(typing);
    typing = setTimeout(() => done(text), TYPING_MS);
  };
}

/** null for what is no number: it bounds nothing. */
function parseNumber(text: string): number | null {
  const value = Number(text.replace('−', '-'));
  return text.trim() === '' || !Number.isFinite(value) ? null : value;
}

function numberText(value: number | null): string {
  return value === null ? '' : String(value);
}
