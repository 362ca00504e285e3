/** A group as it is read: the prompt, and each completion with its rewards. */
import type {
  GroupCompletion,
  GroupPage,
  NewScore,
  OutputsRun,
  Rescoring,
  ShownReplay,
} from '../../engine/protocol/panels/outputs.ts';
import type { FromOutputs, GroupName, Heat } from '../../engine/protocol/panels/outputsRequests.ts';
import { element, setText } from '../dom.ts';
import { button } from '../ui.ts';
import { CompletionCard } from './completionCard.ts';
import { GroupHead } from './groupHead.ts';
import { GroupTools } from './groupTools.ts';
import { Highlighter } from './highlight.ts';
import type { ListPlace } from './listPane.ts';
import type { Requests } from './requests.ts';
import { REPLAY_HEATS, type OutputsState, type SampleName, type Selected } from './state.ts';
import { isChanged, recordOf } from './verdicts.ts';

export interface GroupPaneEvents {
  readonly onChange: (change: Partial<OutputsState>) => void;
  readonly onBack: () => void;
  readonly post: (message: FromOutputs) => void;
}

export class GroupPane {
  readonly element: HTMLElement;
  readonly #requests: Requests;
  readonly #events: GroupPaneEvents;
  readonly #head: GroupHead;
  readonly #tools: GroupTools;
  readonly #cards = element('div', { class: 'cards' });
  readonly #highlighter = new Highlighter(this.#cards);
  readonly #more;
  readonly #empty = element('p', { class: 'empty quiet' });
  readonly #content: HTMLElement;
  #shown: readonly CompletionCard[] = [];
  #run: OutputsRun | null = null;
  #state: OutputsState;
  #group: GroupName | null = null;
  #page: GroupPage | null = null;
  #replay: ShownReplay | null = null;
  #rescoring: Rescoring = { state: 'off' };
  /** Those that came last stay while newer ones are on their way: somebody types, and the page would flicker. */
  #newScores: Extract<Rescoring, { state: 'done' }> | null = null;
  /** What the verdicts were last written of. */
  #scored: readonly unknown[] = [];
  /** What was last asked for. */
  #asked = '';
  /** What was brought into view. */
  #revealed: Selected | null = null;
  /** What is on the page: the same is not put there again. */
  #onPage = '';

  constructor(state: OutputsState, requests: Requests, events: GroupPaneEvents) {
    this.#state = state;
    this.#requests = requests;
    this.#events = events;
    this.#head = new GroupHead({
      onStep: (step) => this.#select({ step, sample: null }),
      onBack: events.onBack,
      onDatasetRow: () => {
        const group = this.#group;
        if (group) events.post({ type: 'openDatasetRow', split: group.scope.split, problem: group.problem });
      },
      onReward: (name) => events.post({ type: 'openReward', name }),
    });
    this.#tools = new GroupTools(state.heat, {
      onHeat: (heat) => events.onChange({ heat }),
      onRescore: (on) => events.post({ type: 'rescore', on }),
      onClearReplay: () => events.post({ type: 'clearReplay' }),
    });
    this.#more = button({ label: 'Show More', onClick: () => this.#askMore() });
    this.#content = element(
      'div',
      { class: 'group-content' },
      this.#head.element,
      this.#tools.element,
      this.#cards,
      this.#more.element,
    );
    this.element = element(
      'section',
      { class: 'group-pane', attributes: { 'aria-label': 'Group' } },
      this.#empty,
      this.#content,
    );
    this.#showNothing('');
  }

  /**
   * Shows the selected problem at the place's step, or at the step that was chosen with it.
   * @param again reads it again even where it is the same: the run has gone on
   */
  show(state: OutputsState, run: OutputsRun, place: ListPlace | null, again: boolean): void {
    this.#state = state;
    this.#run = run;
    const { selected, list, words } = state;
    const heat = this.#heat;
    // What the list was searched for, in what is read.
    this.#highlighter.show(list === 'completions' ? words : '');
    this.#showTools();
    this.#showRescoring();
    if (selected === null || place === null) {
      this.#asked = '';
      this.#showNothing(place === null ? '' : 'Choose a problem to read what was written for it.');
      return;
    }
    const query = { scope: place.scope, problem: selected.problem, step: selected.step ?? place.step, heat, page: 0 };
    const asked = JSON.stringify([run.id, query]);
    if (asked === this.#asked && !again) {
      this.#reveal(selected);
      return;
    }
    this.#asked = asked;
    this.#requests.ask<'group'>('group', { kind: 'group', query }, ({ group }) => {
      this.#take(run, place, selected, group);
    });
  }

  /** The step that was replayed, null for none; what is read of it is read again. */
  setReplay(replay: ShownReplay | null): void {
    if (JSON.stringify(replay) === JSON.stringify(this.#replay)) return;
    this.#replay = replay;
    this.#asked = '';
  }

  setRescoring(rescoring: Rescoring): void {
    if (rescoring.state === 'done') this.#newScores = rescoring;
    else if (rescoring.state !== 'scoring') this.#newScores = null;
    this.#rescoring = rescoring;
    this.#showRescoring();
  }

  focus(): void {
    this.element.querySelector<HTMLElement>('.back')?.focus();
  }

  /** What is coloured: without a replay nothing has its values. */
  get #heat(): Heat {
    const { heat } = this.#state;
    return this.#replay === null && isReplayHeat(heat) ? 'none' : heat;
  }

  #showTools(): void {
    const { scope, step } = this.#group ?? {};
    const ofThis = scope?.purpose === 'rollout' && step === this.#replay?.step ? this.#replay : null;
    this.#tools.showReplay(ofThis, this.#replay !== null);
    this.#tools.showHeat(this.#heat, this.#page?.ratioDiffers ?? false);
  }

  #take(run: OutputsRun, place: ListPlace, selected: Selected, page: GroupPage | null): void {
    if (page === null) {
      this.#showNothing(`This problem was not tried up to step ${selected.step ?? place.step}.`);
      return;
    }
    const group: GroupName = { scope: place.scope, problem: selected.problem, step: page.step };
    const onPage = JSON.stringify([run.id, group, this.#heat, page.total, this.#replay]);
    this.#page = page;
    this.#content.hidden = false;
    this.#empty.hidden = true;
    this.#head.show(run, place, selected.problem, page);
    if (onPage !== this.#onPage) {
      const other = JSON.stringify(group) !== JSON.stringify(this.#group);
      this.#onPage = onPage;
      this.#group = group;
      this.#replaceCards(page.completions);
      if (other) {
        this.element.scrollTop = 0;
        this.#events.post({ type: 'reading', group });
      }
      this.#showRescoring();
    }
    this.#showTools();
    this.#reveal(selected);
  }

  #showNothing(words: string): void {
    this.#content.hidden = true;
    this.#empty.hidden = false;
    setText(this.#empty, words);
    this.#onPage = '';
    if (this.#group !== null) this.#events.post({ type: 'reading', group: null });
    this.#group = null;
  }

  #replaceCards(completions: readonly GroupCompletion[]): void {
    for (const card of this.#shown) card.dispose();
    this.#shown = [];
    this.#cards.replaceChildren();
    this.#addCards(completions);
  }

  #addCards(completions: readonly GroupCompletion[]): void {
    const group = this.#group;
    if (group === null) return;
    const reward = this.#run?.rewards.find(({ hasFile }) => hasFile)?.name ?? null;
    const several = completions.some(({ key }) => key.occurrence > 0 || key.round > 0);
    const cards = completions.map(
      (completion) =>
        new CompletionCard(completion, {
          scope: group.scope,
          heat: this.#heat,
          reward,
          several,
          onToken: (words) => this.#tools.showToken(words),
          onShowAll: ({ key }) => this.#askWhole(group, key),
          onPoint: ({ key }) => this.#events.post({ type: 'watching', key }),
        }),
    );
    this.#shown = [...this.#shown, ...cards];
    this.#cards.append(...cards.map((card) => card.element));
    const left = (this.#page?.total ?? 0) - this.#shown.length;
    this.#more.element.hidden = left <= 0;
    this.#more.setLabel(`Show ${Math.min(left, completions.length)} More`);
  }

  #askMore(): void {
    const group = this.#group;
    const perPage = this.#page?.completions.length ?? 0;
    if (group === null || perPage === 0) return;
    const query = { ...group, heat: this.#heat, page: Math.floor(this.#shown.length / perPage) };
    this.#requests.ask<'group'>('groupPage', { kind: 'group', query }, ({ group: page }) => {
      if (page === null || group !== this.#group || query.page * perPage !== this.#shown.length) return;
      this.#addCards(page.completions);
      this.#showRescoring();
      if (this.#state.selected) this.#reveal(this.#state.selected);
    });
  }

  #askWhole(group: GroupName, key: GroupCompletion['key']): void {
    const query = { scope: group.scope, key, heat: this.#heat };
    this.#requests.ask<'content'>('content', { kind: 'content', query }, ({ completion }) => {
      const card = this.#shown.find(({ completion: shown }) => isSample(shown.key, key));
      if (completion !== null && group === this.#group) card?.setCompletion(completion);
    });
  }

  #select(changed: Pick<Selected, 'step' | 'sample'>): void {
    const { selected } = this.#state;
    if (selected) this.#events.onChange({ selected: { ...selected, ...changed } });
  }

  #showRescoring(): void {
    const rescoring = this.#rescoring;
    const canRescore = this.#run?.canRescore ?? false;
    const of = [rescoring, canRescore, this.#shown];
    if (of.every((part, index) => part === this.#scored[index])) return;
    this.#scored = of;
    const ofThis = JSON.stringify(this.#newScores?.group) === JSON.stringify(this.#group) ? this.#newScores : null;
    const scores: readonly NewScore[] = ofThis?.scores ?? [];
    const before = ofThis?.before ?? [];
    this.#shown.forEach((card, index) => card.setScore(scores[index] ?? null, before[index] ?? null));
    const changed = scores.filter((score, index) => {
      const card = this.#shown[index];
      return card !== undefined && isChanged(before[index] ?? recordOf(card.completion), score);
    });
    this.#tools.showRescoring(rescoring, canRescore, changed);
  }

  /** Marks a completion that was chosen in a list, and brings it into view once: from there on the person scrolls. */
  #reveal(selected: Selected): void {
    const { sample } = selected;
    const chosen = sample === null ? null : this.#shown.find(({ completion }) => isSample(completion.key, sample));
    for (const card of this.#shown) card.setChosen(card === chosen);
    if (selected === this.#revealed) return;
    chosen?.element.scrollIntoView({ block: 'start' });
    if (chosen === undefined && this.#shown.length < (this.#page?.total ?? 0)) this.#askMore();
    else this.#revealed = selected;
  }
}

function isReplayHeat(heat: Heat): boolean {
  return REPLAY_HEATS.some((name) => name === heat);
}

function isSample(key: SampleName, { occurrence, round, sample }: SampleName): boolean {
  return key.occurrence === occurrence && key.round === round && key.sample === sample;
}
