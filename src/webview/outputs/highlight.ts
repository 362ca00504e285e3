/** Marks what was searched for in the texts on the page, without touching them: a word may go over several tokens. */
import { findWords, searchedWords, type SearchedWord } from './searchedWords.ts';

/** In `text.css`. */
const NAME = 'searched';
const TEXTS = '.completion-text';

export class Highlighter {
  readonly #root: HTMLElement;
  readonly #highlight = new Highlight();
  readonly #marks = new Map<Element, readonly AbstractRange[]>();
  #query = '';
  #words: readonly SearchedWord[] = [];

  /** @param root has the texts, now or later: long ones come frame by frame */
  constructor(root: HTMLElement) {
    this.#root = root;
    CSS.highlights.set(NAME, this.#highlight);
    new MutationObserver((changes) => this.#changed(changes)).observe(root, { childList: true, subtree: true });
  }

  /** @param query what was typed; '' marks nothing */
  show(query: string): void {
    if (query === this.#query) return;
    this.#query = query;
    this.#words = searchedWords(query);
    for (const text of [...this.#marks.keys()]) this.#unmark(text);
    this.#mark(this.#root.querySelectorAll(TEXTS));
  }

  #changed(changes: readonly MutationRecord[]): void {
    if (this.#words.length === 0) return;
    for (const text of [...this.#marks.keys()]) if (!text.isConnected) this.#unmark(text);
    const texts = new Set<Element>();
    for (const { target, addedNodes } of changes) {
      const text = target instanceof Element ? target.closest(TEXTS) : null;
      if (text) texts.add(text);
      else {
        for (const added of addedNodes) {
          if (!(added instanceof Element)) continue;
          if (added.matches(TEXTS)) texts.add(added);
          for (const inside of added.querySelectorAll(TEXTS)) texts.add(inside);
        }
      }
    }
    this.#mark(texts);
  }

  #mark(texts: Iterable<Element>): void {
    if (this.#words.length === 0) return;
    for (const text of texts) {
      this.#unmark(text);
      const ranges = rangesIn(text, this.#words);
      for (const range of ranges) this.#highlight.add(range);
      this.#marks.set(text, ranges);
    }
  }

  #unmark(text: Element): void {
    for (const range of this.#marks.get(text) ?? []) this.#highlight.delete(range);
    this.#marks.delete(text);
  }
}

function rangesIn(text: Element, words: readonly SearchedWord[]): AbstractRange[] {
  const nodes: { readonly node: Node; readonly from: number; readonly to: number }[] = [];
  const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
  let whole = '';
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const value = node.nodeValue ?? '';
    nodes.push({ node, from: whole.length, to: whole.length + value.length });
    whole += value;
  }
  // What is found ascends and does not overlap, so each node is passed once.
  let at = 0;
  const nodeTo = (reaches: (to: number) => boolean): (typeof nodes)[number] | undefined => {
    while (at < nodes.length && !reaches(nodes[at]?.to ?? Infinity)) at++;
    return nodes[at];
  };
  return findWords(whole, words).flatMap(([from, to]) => {
    const first = nodeTo((end) => end > from);
    const last = nodeTo((end) => end >= to);
    if (!first || !last) return [];
    return [
      new StaticRange({
        startContainer: first.node,
        startOffset: from - first.from,
        endContainer: last.node,
        endOffset: to - last.from,
      }),
    ];
  });
}
