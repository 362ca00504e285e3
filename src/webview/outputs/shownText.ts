/** Puts text of a model or a dataset on the page: as text, and with what would not be seen made visible. */
import { element } from '../dom.ts';
import { visiblePieces } from './visibleText.ts';

export function shownText(text: string): (Node | string)[] {
  return visiblePieces(text).map(({ text: shown, unseen }) =>
    unseen === null ? shown : element('span', { class: 'unseen', text: shown, title: unseen }),
  );
}
