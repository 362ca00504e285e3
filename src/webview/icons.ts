/** The codicons that panels use, by their names; the font is loaded by `ui.css`. */
import { element } from './dom.ts';

/** Characters of `@vscode/codicons/dist/codicon.css`. */
const codicons = {
  add: '\uea60',
  'arrow-left': '\uea9b',
  'arrow-right': '\uea9c',
  check: '\ueab2',
  'chevron-down': '\ueab4',
  'chevron-left': '\ueab5',
  'chevron-right': '\ueab6',
  close: '\uea76',
  'debug-continue': '\ueacf',
  'debug-pause': '\uead1',
  'debug-stop': '\uead7',
  diff: '\ueae1',
  discard: '\ueae2',
  ellipsis: '\uea7c',
  error: '\uea87',
  'file-code': '\ueae9',
  filter: '\ueaf1',
  'git-compare': '\ueafd',
  'go-to-file': '\uea94',
  info: '\uea74',
  output: '\ueb9d',
  play: '\ueb2c',
  search: '\uea6d',
  'symbol-function': '\uea8c',
  table: '\uebb7',
  warning: '\uea6c',
} as const;

export type IconName = keyof typeof codicons;

/** Decoration: what it means is always in words beside it, or in the label of its button. */
export function icon(name: IconName): HTMLElement {
  return element('span', { class: 'codicon', text: codicons[name], attributes: { 'aria-hidden': 'true' } });
}

/** Another icon in the same place. */
export function setIcon(shown: HTMLElement, name: IconName): void {
  shown.textContent = codicons[name];
}
