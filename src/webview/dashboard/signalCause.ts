/** One cause of groups without signal: its count, which shows them, and under it what would change it. */
import type { FromDashboard } from '../../engine/protocol/panels/dashboard.ts';
import type { CauseCount, Lever } from '../../engine/protocol/panels/signal.ts';
import { count, plural } from '../../engine/words/format.ts';
import { element, setText } from '../dom.ts';
import { linkButton } from './linkButton.ts';

const TRAINED = { purpose: 'rollout', split: 'train' } as const;

export class SignalCauseView {
  /** `12 all right`, in the line of all counts. */
  readonly count: HTMLElement;
  /** The same with what it means. */
  readonly row: HTMLElement;
  readonly #post: (message: FromDashboard) => void;
  readonly #links = [linkButton(() => this.#openGroups()), linkButton(() => this.#openGroups())] as const;
  readonly #meaning = element('p');
  readonly #levers = element('p', { class: 'signal-levers' });
  #shown: CauseCount | null = null;
  #leversKey = '';

  constructor(post: (message: FromDashboard) => void) {
    this.#post = post;
    const [inLine, inRow] = this.#links;
    this.count = element('li', {}, inLine.element);
    this.row = element('li', {}, inRow.element, element('div', { class: 'signal-words' }, this.#meaning, this.#levers));
  }

  /** @param cause null where it does not occur any more */
  show(cause: CauseCount | null): void {
    this.count.hidden = cause === null;
    this.row.hidden = cause === null;
    this.#shown = cause;
    if (cause === null) return;
    for (const link of this.#links)
      link.setLabel(`${count(cause.count)} ${cause.name}`, 'Show these groups in Outputs');
    setText(this.#meaning, cause.meaning);
    const key = JSON.stringify(cause.levers);
    if (key === this.#leversKey) return;
    this.#leversKey = key;
    this.#levers.hidden = cause.levers.length === 0;
    this.#levers.replaceChildren('Change ', ...cause.levers.map((lever) => this.#lever(lever)));
  }

  #lever(lever: Lever): HTMLElement {
    const isSetting = lever.kind === 'setting';
    const link = linkButton(
      () =>
        this.#post(
          lever.kind === 'setting'
            ? { type: 'openSetting', path: lever.path }
            : { type: 'openReward', name: lever.name },
        ),
      isSetting ? null : 'symbol-function',
    );
    link.setLabel(lever.label, isSetting ? 'Show it in the experiment file' : 'Show the reward function');
    return link.element;
  }

  #openGroups(): void {
    if (this.#shown === null) return;
    const { name, count: all, groups } = this.#shown;
    const some = groups.length < all ? `, ${count(groups.length)} of them` : '';
    const title = `${plural(all, 'group')}: ${name}${some}`;
    this.#post({ type: 'openGroups', selection: { scope: TRAINED, title, groups: [...groups] } });
  }
}
