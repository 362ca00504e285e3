/** What was searched for, as it stands in a text. It finds what the index of the run finds (`run/search.ts`). */

/** From where to where, in UTF-16 units. */
export type Span = readonly [from: number, to: number];

export interface SearchedWord {
  /** A word, or the words of a `"phrase"`. */
  readonly text: string;
  /** Whether it may be the beginning of a word. */
  readonly open: boolean;
}

/** Letters of a word of which the beginning is enough. */
const SHORTEST_BEGINNING = 3;
/** Accents, which the index does not tell apart. */
const ACCENTS = '\\u0300-\\u036f';
const LETTERS = '\\p{L}\\p{N}\\p{Co}';

/** The words and `"phrases"` of a query, without what only separates them. */
export function searchedWords(query: string): SearchedWord[] {
  return [...query.matchAll(/"([^"]*)"?|([^\s"]+)/g)]
    .map(([, phrase, single], index, all) => {
      const text = phrase ?? single ?? '';
      const open = single !== undefined && index === all.length - 1 && text.length >= SHORTEST_BEGINNING;
      return { text: text.trim(), open };
    })
    .filter(({ text }) => /[\p{L}\p{N}\p{Co}]/u.test(text));
}

/** Where the words stand in a text, whatever their case and accents, and between words whatever separates them; ascending. */
export function findWords(text: string, words: readonly SearchedWord[]): Span[] {
  const end = `(?![${LETTERS}${ACCENTS}])`;
  const terms = words
    .map((word) => ({ open: word.open, parts: partsOf(word.text) }))
    .filter(({ parts }) => parts.length > 0)
    .map(({ open, parts }) => parts.map(patternOf).join(`[^${LETTERS}]+`) + (open ? '' : end));
  if (terms.length === 0) return [];
  const pattern = new RegExp(`(?<![${LETTERS}])(?:${terms.join('|')})`, 'giu');
  return [...withoutAccents(text).matchAll(pattern)].map(({ 0: found, index }) => [index, index + found.length]);
}

function partsOf(words: string): string[] {
  return withoutAccents(words)
    .replaceAll(new RegExp(`[${ACCENTS}]`, 'g'), '')
    .split(new RegExp(`[^${LETTERS}]+`, 'u'))
    .filter((part) => part !== '');
}

/** Each letter with whatever accents follow it. */
function patternOf(part: string): string {
  return part.replaceAll(/./gu, `$&[${ACCENTS}]*`);
}

/** The text with the bare letter in place of each that has its accent in it: as long as before. */
function withoutAccents(text: string): string {
  return text.replaceAll(/[^\0-\x7f]/gu, (letter) => {
    const bare = letter.normalize('NFD').replaceAll(/[\u0300-\u036f]/g, '');
    return bare.length === letter.length ? bare : letter;
  });
}
