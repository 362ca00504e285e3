/** The head of the Dashboard: which run, where it stands, how it turned out, and what can be done with it. */
import type { DashboardAction, DashboardRun, DashboardStatus } from '../../engine/protocol/panels/dashboard.ts';
import { element, setText } from '../dom.ts';
import type { IconName } from '../icons.ts';
import { button, type ButtonControl } from '../ui.ts';
import { actionsFor, announcement, elapsedText, statusText } from './statusText.ts';

const BUTTONS: Readonly<Record<DashboardAction, { readonly label: string; readonly icon: IconName }>> = {
  stop: { label: 'Stop', icon: 'debug-stop' },
  pause: { label: 'Pause', icon: 'debug-pause' },
  continue: { label: 'Continue', icon: 'debug-continue' },
  resume: { label: 'Resume', icon: 'play' },
  openOutputs: { label: 'Open Outputs', icon: 'output' },
  compare: { label: 'Compare', icon: 'git-compare' },
  showLog: { label: 'Show Log', icon: 'file-code' },
  tryDemo: { label: 'Try the Built-in Demo', icon: 'play' },
  newExperiment: { label: 'New Experiment…', icon: 'add' },
};

export class Header {
  readonly element: HTMLElement;
  readonly #name = element('h1');
  readonly #experiment = element('span', { class: 'quiet' });
  readonly #where = element('p', { class: 'where' });
  readonly #announcement = element('p', { class: 'visually-hidden', attributes: { role: 'status' } });
  readonly #message = element('p', { class: 'message', hidden: true });
  readonly #outcome = element('p', { class: 'outcome', hidden: true });
  readonly #actions = element('div', { class: 'toolbar' });
  readonly #act: (action: DashboardAction) => void;
  #shown = '';

  constructor(act: (action: DashboardAction) => void) {
    this.#act = act;
    const names = element('div', { class: 'names' }, this.#name, this.#experiment);
    this.element = element(
      'header',
      { class: 'head' },
      element('div', { class: 'head-row' }, element('div', {}, names, this.#where), this.#actions),
      this.#announcement,
      this.#message,
      this.#outcome,
    );
  }

  showRun({ name, experiment }: DashboardRun): void {
    setText(this.#name, name);
    setText(this.#experiment, experiment);
    this.showOutcome([]);
  }

  showStatus(status: DashboardStatus, steps: number): void {
    const parts = [statusText(status, steps), elapsedText(status)].filter((part) => part !== '');
    setText(this.#where, parts.join(' · '));
    setText(this.#announcement, announcement(status));
    setText(this.#message, status.message ?? '');
    this.#message.hidden = status.message === null;
    this.#message.classList.toggle('message-error', status.status === 'failed');
    this.#showActions(actionsFor(status));
  }

  /** The first sentence is the result, with its interval. */
  showOutcome(sentences: readonly string[]): void {
    const [first = '', ...rest] = sentences;
    this.#outcome.hidden = first === '';
    this.#outcome.replaceChildren(
      element('strong', { text: first }),
      ...rest.map((sentence) => element('span', { class: 'quiet', text: ` ${sentence}` })),
    );
  }

  /** Buttons stay where they are while the run does: one that was replaced would lose the focus. */
  #showActions(actions: readonly DashboardAction[]): void {
    const key = actions.join(' ');
    if (key === this.#shown) return;
    this.#shown = key;
    const hadFocus = this.#actions.contains(document.activeElement);
    const made = actions.map((action) => actionButton(action, this.#act));
    this.#actions.replaceChildren(...made.map((control) => control.element));
    if (hadFocus) made[0]?.element.focus();
  }
}

function actionButton(
  action: DashboardAction,
  act: (action: DashboardAction) => void,
  appearance: 'primary' | 'secondary' = 'secondary',
): ButtonControl {
  return button({ ...BUTTONS[action], appearance, onClick: () => act(action) });
}
