/** A long text on the page, a part in every frame, so that nothing waits for it. */
import { shownText } from './shownText.ts';

/** UTF-16 units put on the page at once. */
const PART = 20_000;

/** Fills the element; what is left when it is taken off the page is not added. */
export function fillText(target: HTMLElement, text: string): void {
  let from = 0;
  const addSome = (): void => {
    let to = Math.min(text.length, from + PART);
    // Not within a character.
    if (to < text.length && isHighSurrogate(text.charCodeAt(to - 1))) to--;
    target.append(...shownText(text.slice(from, to)));
    from = to;
    if (from < text.length) requestAnimationFrame(() => target.isConnected && addSome());
  };
  target.replaceChildren();
  addSome();
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
