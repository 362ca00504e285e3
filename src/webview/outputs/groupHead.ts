/** Above a group: which problem it is, how it fared, and its prompt. */
import type { GroupPage, OutputsRun } from '../../engine/protocol/panels/outputs.ts';
import { element, setText } from '../dom.ts';
import { menuButton } from '../menu.ts';
import { button, iconButton, type ButtonControl } from '../ui.ts';
import { menuContext, trainedAt } from './menuContext.ts';
import { fillText } from './plainText.ts';
import { problemName } from './words.ts';
import type { ListPlace } from './listPane.ts';

export interface GroupHeadEvents {
  /** To the problem's group at another step. */
  readonly onStep: (step: number) => void;
  readonly onBack: () => void;
  readonly onDatasetRow: () => void;
  readonly onReward: (name: string) => void;
}

export class GroupHead {
  readonly element: HTMLElement;
  readonly #events: GroupHeadEvents;
  readonly #title = element('h2');
  readonly #facts = element('p', { class: 'group-facts quiet' });
  readonly #back: ButtonControl;
  readonly #before: ButtonControl;
  readonly #after: ButtonControl;
  readonly #links = element('span', { class: 'group-links' });
  readonly #prompt = element('div', { class: 'prompt editor-font' });
  readonly #more: ButtonControl;
  #page: GroupPage | null = null;
  #rewards = '';

  constructor(events: GroupHeadEvents) {
    this.#events = events;
    this.#back = button({ label: 'List', icon: 'arrow-left', onClick: events.onBack });
    this.#back.element.classList.add('back');
    const go = (step: number | null | undefined): void => {
      if (step !== null && step !== undefined) events.onStep(step);
    };
    this.#before = iconButton({
      icon: 'arrow-left',
      label: 'Earlier attempt',
      onClick: () => go(this.#page?.previousStep),
    });
    this.#after = iconButton({
      icon: 'arrow-right',
      label: 'Later attempt',
      onClick: () => go(this.#page?.nextStep),
    });
    this.#more = button({ label: 'Show Whole Prompt', onClick: () => this.#toggle() });
    this.element = element(
      'header',
      { class: 'group-head' },
      element(
        'div',
        { class: 'group-title' },
        this.#back.element,
        this.#title,
        element('span', { class: 'group-steps' }, this.#before.element, this.#after.element),
        this.#links,
      ),
      this.#facts,
      this.#prompt,
      this.#more.element,
    );
    // Known only once it is laid out, and otherwise in a narrower column.
    new ResizeObserver(() => this.#measure()).observe(this.#prompt);
  }

  show(run: OutputsRun, { scope }: ListPlace, problem: number, page: GroupPage): void {
    const samePrompt = this.#page?.prompt === page.prompt;
    this.#page = page;
    setText(this.#title, `${problemName(page.place)}, step ${page.step}`);
    const solved = page.firstSolved === null ? 'Never solved so far' : `First solved at step ${page.firstSolved}`;
    setText(this.#facts, page.putAside ? `${solved}; ${putAsideWords(page.total)}` : solved);
    this.#before.setEnabled(page.previousStep !== null);
    this.#after.setEnabled(page.nextStep !== null);
    this.#showLinks(run);
    this.element.setAttribute(
      'data-vscode-context',
      menuContext('problem', { scope, problem, ...trainedAt(scope, page.step) }),
    );
    if (samePrompt) return;
    fillText(this.#prompt, page.prompt.trimEnd());
    this.#prompt.classList.add('prompt-short');
    this.#more.setExpanded(false);
    this.#more.setLabel('Show Whole Prompt');
    this.#measure();
  }

  #measure(): void {
    if (!this.#prompt.classList.contains('prompt-short')) return;
    const cut = this.#prompt.scrollHeight > this.#prompt.clientHeight + 1;
    this.#prompt.classList.toggle('prompt-cut', cut);
    this.#more.element.hidden = !cut;
  }

  #toggle(): void {
    const short = this.#prompt.classList.toggle('prompt-short');
    this.#prompt.classList.toggle('prompt-cut', short);
    this.#more.setExpanded(!short);
    this.#more.setLabel(short ? 'Show Whole Prompt' : 'Show Less');
  }

  #showLinks({ rewards }: OutputsRun): void {
    const names = rewards.filter(({ hasFile }) => hasFile).map(({ name }) => name);
    const key = names.join('\n');
    if (key === this.#rewards && this.#links.hasChildNodes()) return;
    this.#rewards = key;
    const row = iconButton({ icon: 'table', label: 'Open dataset row', onClick: this.#events.onDatasetRow });
    const label = 'Open reward function';
    const [first, ...others] = names;
    const items = names.map((name) => ({ label: name, checked: null, run: () => this.#events.onReward(name) }));
    const reward =
      first === undefined
        ? null
        : others.length === 0
          ? iconButton({ icon: 'symbol-function', label, onClick: () => this.#events.onReward(first) })
          : menuButton({ icon: 'symbol-function', label, items: () => items });
    this.#links.replaceChildren(row.element, ...(reward ? [reward.element] : []));
  }
}

/** Why the group is short, and no completion of it has an advantage. @param screened completions that were sampled */
function putAsideWords(screened: number): string {
  const first = screened === 1 ? 'its first completion was' : `its first ${screened} completions were`;
  return `put aside: ${first} solved`;
}
