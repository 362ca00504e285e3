/** Where other reward code took over, in words, each with the way to what changed; nothing where it never did. */
import type { CodeChange } from '../../engine/protocol/run.ts';
import { count } from '../../engine/words/format.ts';
import { element } from '../dom.ts';
import { icon } from '../icons.ts';
import { linkButton } from './linkButton.ts';

export class RewardChanges {
  readonly element: HTMLElement;
  readonly #compare: (step: number) => void;

  /** @param compare shows the sources of before and after a step */
  constructor(compare: (step: number) => void) {
    this.#compare = compare;
    this.element = element('ul', {
      class: 'reward-changes',
      hidden: true,
      attributes: { 'aria-label': 'Changes of the reward' },
    });
  }

  /** @param changes oldest first */
  show(changes: readonly CodeChange[]): void {
    this.element.hidden = changes.length === 0;
    this.element.replaceChildren(...changes.map((change) => this.#row(change)));
  }

  #row({ step, rewards, solved }: CodeChange): HTMLElement {
    const link = linkButton(() => this.#compare(step), 'diff');
    link.setLabel('Compare Sources', `Compare the reward source before and after step ${count(step)}`);
    const accuracy = solved ? ' The held-out accuracy counts something else too.' : '';
    return element(
      'li',
      {},
      icon('info'),
      element(
        'span',
        {},
        `Reward changed at step ${count(step)}: ${rewards.join(', ')}. What lies before and after it is scored by different code.${accuracy} `,
        link.element,
      ),
    );
  }
}
