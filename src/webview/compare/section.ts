/** A part of the page under its heading, which names it to a screen reader. */
import { element, uniqueId } from '../dom.ts';

/** @param controls beside the heading */
export function section(
  title: string,
  controls: readonly HTMLElement[],
  ...children: readonly (Node | string | null)[]
): HTMLElement {
  const id = uniqueId('section');
  const heading = element('h2', { text: title, attributes: { id } });
  const head = controls.length === 0 ? heading : element('div', { class: 'section-head' }, heading, ...controls);
  return element('section', { attributes: { 'aria-labelledby': id } }, head, ...children);
}
