/** How a run is told from the others: by its letter first, and by the colour and dash of its curves. */
import type { ComparedRun } from '../../engine/protocol/comparison.ts';
import { looksOf, type Colour, type Dash } from '../chart/content.ts';
import { element } from '../dom.ts';

export function looksOfRun({ letter }: Pick<ComparedRun, 'letter'>): { readonly colour: Colour; readonly dash: Dash } {
  return looksOf(letter.charCodeAt(0) - 'A'.charCodeAt(0));
}

/** A piece of the run's curve, and its letter. */
export function tag(run: Pick<ComparedRun, 'letter'>): HTMLElement {
  const { colour, dash } = looksOfRun(run);
  return element(
    'span',
    { class: 'run-tag' },
    element('span', { class: `swatch swatch-${colour} swatch-${dash}`, attributes: { 'aria-hidden': 'true' } }),
    element('span', { class: 'letter', text: run.letter }),
  );
}
