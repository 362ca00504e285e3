/** Two versions of the reward on the run's completions: what changes, in a line above everything; each part of it lists its groups. */
import type { ShownRewardDiff } from '../../engine/protocol/panels/outputs.ts';
import type { RewardChange } from '../../engine/protocol/panels/outputsRequests.ts';
import { element, setText } from '../dom.ts';
import { icon } from '../icons.ts';
import { menuButton, type MenuItem } from '../menu.ts';
import { button, iconButton, type ButtonControl } from '../ui.ts';

export interface DiffBarEvents {
  /** Lists groups that change so; null for the list as it was. */
  readonly onList: (change: RewardChange | null) => void;
  readonly onSource: () => void;
  /** Pins completions on which the versions disagree. */
  readonly onPin: () => void;
  /** Compares the same two versions again. */
  readonly onAgain: () => void;
  readonly onClear: () => void;
}

export class DiffBar {
  readonly element: HTMLElement;
  readonly #events: DiffBarEvents;
  readonly #title = element('span', { class: 'diff-title' });
  readonly #parts = element('div', { class: 'diff-parts', attributes: { role: 'status' } });
  readonly #source;
  readonly #more;
  readonly #controls = new Map<RewardChange, ButtonControl>();
  /** What the parts were made of. */
  #shown = '';
  #listed: RewardChange | null = null;
  /** Whether there is a score that changes. */
  #disagrees = false;

  constructor(events: DiffBarEvents) {
    this.#events = events;
    this.#source = button({ label: 'Show Source Diff', icon: 'diff', onClick: events.onSource });
    this.#more = menuButton({ icon: 'ellipsis', label: 'More of this comparison', items: () => this.#items() });
    const clear = iconButton({ icon: 'close', label: 'Clear the comparison of rewards', onClick: events.onClear });
    this.element = element(
      'section',
      { class: 'diff-bar', hidden: true, attributes: { 'aria-label': 'Comparison of rewards' } },
      this.#title,
      element('div', { class: 'diff-tools' }, this.#source.element, this.#more.element, clear.element),
      this.#parts,
    );
  }

  /** @param listed what the list is of; null where it is of other things */
  show(diff: ShownRewardDiff | null, listed: RewardChange | null): void {
    this.element.hidden = diff === null;
    this.#listed = listed;
    if (diff === null) return;
    this.#disagrees = diff.state === 'done' && diff.parts.some(({ change }) => change === 'changed');
    this.element.classList.toggle('diff-failed', diff.state === 'failed');
    this.#source.element.hidden = diff.state !== 'done';
    this.#more.element.hidden = diff.state === 'comparing' || diff.state === 'kept';
    setText(this.#title, `${diff.title}:`);
    this.#showParts(diff);
    for (const [change, control] of this.#controls) control.setPressed(change === listed);
  }

  #showParts(diff: ShownRewardDiff): void {
    const shown = JSON.stringify(diff);
    // What is the same stays: a button in it may have the focus.
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#controls.clear();
    switch (diff.state) {
      case 'comparing':
        this.#parts.replaceChildren('Comparing the scores…');
        return;
      case 'kept': {
        const again = button({ label: 'Compare Again', onClick: this.#events.onAgain });
        const text = element('span', { text: 'Compared before the window was reloaded.' });
        this.#parts.replaceChildren(text, again.element);
        return;
      }
      case 'failed':
        this.#parts.replaceChildren(icon('warning'), element('span', { text: diff.message }));
        return;
      case 'done':
        this.#parts.replaceChildren(
          ...diff.parts.map((part) => this.#part(part)),
          ...(diff.sample === null ? [] : [element('span', { class: 'diff-fact', text: diff.sample })]),
        );
    }
  }

  #items(): MenuItem[] {
    const { onPin, onAgain } = this.#events;
    const again = { label: 'Compare Again', checked: null, run: onAgain };
    return this.#disagrees ? [{ label: 'Pin Disagreements as Cases…', checked: null, run: onPin }, again] : [again];
  }

  #part({ change, text }: { readonly change: RewardChange | null; readonly text: string }): HTMLElement {
    if (change === null) return element('span', { class: 'diff-fact', text });
    const onClick = (): void => this.#events.onList(this.#listed === change ? null : change);
    const control = button({ label: text, onClick });
    this.#controls.set(change, control);
    return control.element;
  }
}
