/** The codicons that panels use, by their names; the font is loaded by `ui.css`. */
import { element } from './dom.ts';

/** Characters of `@vscode/codicons/dist/codicon.css`. */
const codicons = {
  add: '\uea60',
  'arrow-down': '\uea9a',
  'arrow-left': '\uea9b',
  'arrow-right': '\uea9c',
  'arrow-up': '\ueaa1',
  check: '\ueab2',
  'chevron-down': '\ueab4',
  'chevron-left': '\ueab5',
  'chevron-right': '\ueab6',
  'chevron-up': '\ueab7',
  'clear-all': '\ueabf',
  close: '\uea76',
  copy: '\uebcc',
  'debug-continue': '\ueacf',
  'debug-pause': '\uead1',
  'debug-stop': '\uead7',
  diff: '\ueae1',
  discard: '\ueae2',
  ellipsis: '\uea7c',
  error: '\uea87',
  export: '\uebac',
  'file-code': '\ueae9',
  filter: '\ueaf1',
  'git-compare': '\ueafd',
  'go-to-file': '\uea94',
  graph: '\ueb03',
  'graph-line': '\uebe2',
  info: '\uea74',
  output: '\ueb9d',
  pass: '\ueba4',
  play: '\ueb2c',
  search: '\uea6d',
  'settings-gear': '\ueb51',
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
