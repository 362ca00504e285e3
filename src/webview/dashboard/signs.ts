/** Signs that the reward is followed and not the task, each with what shows it; nothing where there are none. */
import type { GroupSelection } from '../../engine/protocol/panels/outputsRequests.ts';
import type { HackingSign } from '../../engine/protocol/panels/signal.ts';
import { count } from '../../engine/words/format.ts';
import { element } from '../dom.ts';
import { icon } from '../icons.ts';
import { linkButton } from './linkButton.ts';

export class Signs {
  readonly element: HTMLElement;
  readonly #open: (selection: GroupSelection) => void;
  /** By the step of the mark on the curve. */
  #rows: readonly { readonly step: number; readonly element: HTMLElement }[] = [];

  /** @param open shows groups in Outputs */
  constructor(open: (selection: GroupSelection) => void) {
    this.#open = open;
    this.element = element('ul', {
      class: 'signs',
      hidden: true,
      attributes: { 'aria-label': 'Signs of reward hacking' },
    });
  }

  /** @param signs oldest first */
  show(signs: readonly HackingSign[]): void {
    this.element.hidden = signs.length === 0;
    this.#rows = signs.map((sign) => ({ step: sign.step, element: this.#row(sign) }));
    this.element.replaceChildren(...this.#rows.map((row) => row.element));
  }

  /** Goes to the words of a mark. */
  focus(step: number): void {
    const row = this.#rows.find((candidate) => candidate.step === step);
    row?.element.scrollIntoView({ block: 'nearest' });
    row?.element.focus();
  }

  #row({ step, title, sentence, evidence }: HackingSign): HTMLElement {
    const heading = `Step ${count(step)}: ${title}`;
    const show = evidence === null ? null : linkButton(() => this.#openEvidence(heading, evidence), 'output');
    show?.setLabel(
      'Show Completions',
      `Show completions of step ${count(evidence?.groups[0]?.step ?? step)} in Outputs`,
    );
    return element(
      'li',
      { attributes: { tabindex: '-1' } },
      icon('warning'),
      element('div', {}, element('strong', { text: heading }), element('p', { text: sentence }), show?.element ?? null),
    );
  }

  #openEvidence(title: string, { scope, groups }: NonNullable<HackingSign['evidence']>): void {
    this.#open({ scope, title, groups: [...groups] });
  }
}
