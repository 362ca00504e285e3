/** A button with a menu, as in the editor: arrow keys move, Escape closes, and the focus goes back to the button. */
import { element } from './dom.ts';
import { icon, type IconName } from './icons.ts';
import { iconButton, type ButtonControl } from './ui.ts';

export interface MenuItem {
  readonly label: string;
  /** Of an entry that is switched on and off; null of one that just does something. */
  readonly checked: boolean | null;
  readonly run: () => void;
}

/** Between groups of entries. */
export const SEPARATOR = 'separator';

/** Pixels that a menu keeps from the edges of the page. */
const MARGIN = 4;

/** @param items asked for each time the menu opens */
export function menuButton(options: {
  readonly icon: IconName;
  readonly label: string;
  readonly items: () => readonly (MenuItem | typeof SEPARATOR)[];
}): ButtonControl {
  const menu = element('div', {
    class: 'menu',
    attributes: { role: 'menu', popover: 'auto', 'aria-label': options.label },
  });
  const made = iconButton({ icon: options.icon, label: options.label, onClick: () => open() });
  made.element.setAttribute('aria-haspopup', 'menu');
  made.setExpanded(false);

  const open = (): void => {
    menu.replaceChildren(...options.items().map((item) => (item === SEPARATOR ? separator() : entry(item, close))));
    // In the main part of the page, where a screen reader looks for it.
    (made.element.closest('main') ?? document.body).append(menu);
    menu.showPopover();
    place(menu, made.element.getBoundingClientRect());
    focusEntry(menu, 0);
    made.setExpanded(true);
  };
  const close = (): void => menu.hidePopover();

  menu.addEventListener('toggle', (event) => {
    if (!(event instanceof ToggleEvent) || event.newState !== 'closed') return;
    made.setExpanded(false);
    // Where something else was clicked, that has the focus.
    if (menu.contains(document.activeElement) || document.activeElement === document.body) made.element.focus();
    menu.remove();
  });
  menu.addEventListener('keydown', (event) => onKey(menu, event, close));
  return made;
}

function entry({ label, checked, run }: MenuItem, close: () => void): HTMLElement {
  const mark = icon('check');
  mark.classList.toggle('menu-unchecked', checked !== true);
  const made = element(
    'div',
    {
      class: 'menu-item',
      attributes: {
        role: checked === null ? 'menuitem' : 'menuitemcheckbox',
        'aria-checked': checked === null ? null : String(checked),
        tabindex: '-1',
      },
    },
    mark,
    label,
  );
  made.addEventListener('click', () => {
    close();
    run();
  });
  made.addEventListener('mousemove', () => made.focus());
  return made;
}

function separator(): HTMLElement {
  return element('div', { class: 'menu-separator', attributes: { role: 'separator' } });
}

function place(menu: HTMLElement, { right, bottom, top }: DOMRect): void {
  const { offsetWidth, offsetHeight } = menu;
  const left = Math.max(MARGIN, Math.min(right, innerWidth - MARGIN) - offsetWidth);
  const below = bottom + offsetHeight <= innerHeight - MARGIN;
  menu.style.left = `${left}px`;
  menu.style.top = `${below ? bottom : Math.max(MARGIN, top - offsetHeight)}px`;
}

function entries(menu: HTMLElement): HTMLElement[] {
  return [...menu.querySelectorAll<HTMLElement>('.menu-item')];
}

function focusEntry(menu: HTMLElement, index: number): void {
  const all = entries(menu);
  all[(index + all.length) % all.length]?.focus();
}

function onKey(menu: HTMLElement, event: KeyboardEvent, close: () => void): void {
  const current = entries(menu).findIndex((found) => found === document.activeElement);
  const actions: Readonly<Record<string, () => void>> = {
    ArrowDown: () => focusEntry(menu, current + 1),
    ArrowUp: () => focusEntry(menu, current - 1),
    Home: () => focusEntry(menu, 0),
    End: () => focusEntry(menu, -1),
    Enter: () => entries(menu)[current]?.click(),
    ' ': () => entries(menu)[current]?.click(),
    Tab: close,
  };
  const action = actions[event.key];
  if (action === undefined) return;
  if (event.key !== 'Tab') event.preventDefault();
  action();
}
