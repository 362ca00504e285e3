/** Marks what was searched for in the texts on the page, without touching them: a word may go over several tokens. */
import { findWords, searchedWords } from './searchedWords.ts';

/** In `text.css`. */
const NAME = 'searched';

/** @param query what was typed; '' marks nothing */
export function highlightWords(texts: Iterable<Element>, query: string): void {
  const words = searchedWords(query);
  CSS.highlights.delete(NAME);
  if (words.length === 0) return;
  const highlight = new Highlight();
  for (const text of texts) for (const range of rangesIn(text, words)) highlight.add(range);
  CSS.highlights.set(NAME, highlight);
}

function rangesIn(text: Element, words: readonly string[]): Range[] {
  const nodes: { readonly node: Node; readonly from: number; readonly to: number }[] = [];
  const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
  let whole = '';
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const value = node.nodeValue ?? '';
    nodes.push({ node, from: whole.length, to: whole.length + value.length });
    whole += value;
  }
  return findWords(whole, words).flatMap(([from, to]) => {
    const first = nodes.find((place) => place.to > from);
    const last = nodes.find((place) => place.to >= to);
    if (!first || !last) return [];
    const range = new Range();
    range.setStart(first.node, from - first.from);
    range.setEnd(last.node, to - last.from);
    return [range];
  });
}
