/** Words that lead somewhere in the editor. A button, for a link in a panel would be an address. */
import { element, setText } from '../dom.ts';
import { icon, type IconName } from '../icons.ts';

export interface LinkButton {
  readonly element: HTMLElement;
  setLabel(label: string, title?: string): void;
}

export function linkButton(onClick: () => void, shownIcon: IconName | null = null): LinkButton {
  const words = element('span');
  const made = element(
    'button',
    { class: 'link', attributes: { type: 'button' } },
    shownIcon === null ? null : icon(shownIcon),
    words,
  );
  made.addEventListener('click', onClick);
  return {
    element: made,
    setLabel: (label, title = '') => {
      setText(words, label);
      if (made.title !== title) made.title = title;
    },
  };
}
