/** The warnings of the run, as a strip that opens; nothing where there are none. */
import type { Warning } from '../../engine/protocol/panels/dashboard.ts';
import { plural } from '../../engine/words/format.ts';
import { element, setText, uniqueId } from '../dom.ts';
import { icon, setIcon } from '../icons.ts';

export class Warnings {
  readonly element: HTMLElement;
  readonly #title = element('span');
  readonly #newest = element('span', { class: 'warnings-newest quiet' });
  readonly #chevron = icon('chevron-right');
  readonly #list = element('ol', { class: 'warnings-list', attributes: { id: uniqueId('warnings') } });
  readonly #button: HTMLElement;
  #key = '';
  #open = false;

  constructor(open: boolean, onOpen: (open: boolean) => void) {
    this.#button = element(
      'button',
      { class: 'strip', attributes: { type: 'button', 'aria-controls': this.#list.id } },
      this.#chevron,
      icon('warning'),
      this.#title,
      this.#newest,
    );
    this.#button.addEventListener('click', () => {
      this.#setOpen(!this.#open);
      onOpen(this.#open);
    });
    this.element = element(
      'section',
      { class: 'warnings', hidden: true, attributes: { 'aria-label': 'Warnings' } },
      this.#button,
      this.#list,
    );
    this.#setOpen(open);
  }

  /** @param warnings newest first */
  show(warnings: readonly Warning[]): void {
    const key = JSON.stringify(warnings);
    if (key === this.#key) return;
    this.#key = key;
    this.element.hidden = warnings.length === 0;
    setText(this.#title, plural(warnings.length, 'warning'));
    setText(this.#newest, warnings[0]?.message ?? '');
    this.#list.replaceChildren(
      ...warnings.map(({ time, message }) =>
        element(
          'li',
          {},
          element('time', { class: 'quiet', text: clock(time), title: time, attributes: { datetime: time } }),
          element('span', { class: 'warning-text', text: message }),
        ),
      ),
    );
  }

  #setOpen(open: boolean): void {
    this.#open = open;
    this.#list.hidden = !open;
    this.#newest.hidden = open;
    this.#button.setAttribute('aria-expanded', String(open));
    setIcon(this.#chevron, open ? 'chevron-down' : 'chevron-right');
  }
}

/** `14:05:37` where the person is. */
function clock(iso: string): string {
  const date = new Date(iso);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}
