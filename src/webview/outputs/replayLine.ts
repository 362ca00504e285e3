/** The line above a group whose step was computed again: whether it came out as recorded. */
import type { ShownReplay } from '../../engine/protocol/panels/outputs.ts';
import { element, setText } from '../dom.ts';
import { icon, setIcon } from '../icons.ts';
import { iconButton } from '../ui.ts';

export class ReplayLine {
  readonly element: HTMLElement;
  readonly #icon = icon('check');
  readonly #words = element('span');

  constructor(onClear: () => void) {
    const clear = iconButton({ icon: 'close', label: 'Clear Replay', onClick: onClear });
    this.element = element(
      'div',
      { class: 'replay-line' },
      element('p', { attributes: { role: 'status' } }, this.#icon, this.#words),
      clear.element,
    );
    this.show(null);
  }

  /** @param replay null where the step that is shown was not replayed */
  show(replay: ShownReplay | null): void {
    this.element.hidden = replay === null;
    if (replay === null) return;
    const { equal, sentence, passes } = replay;
    setIcon(this.#icon, equal ? 'check' : 'warning');
    this.element.classList.toggle('replay-differs', !equal);
    setText(this.#words, passes > 1 ? `${sentence} Tokens are shown as in the last of ${passes} passes.` : sentence);
  }
}
