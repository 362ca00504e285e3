/** What was searched for, as it stands in a text. */

/** From where to where, in UTF-16 units. */
export type Span = readonly [from: number, to: number];

/** The words and `"phrases"` of a query, without what only separates them. */
export function searchedWords(query: string): string[] {
  return [...query.matchAll(/"([^"]*)"?|([^\s"]+)/g)]
    .map(([, phrase, single]) => (phrase ?? single ?? '').trim())
    .filter((term) => /[\p{L}\p{N}]/u.test(term));
}

/** Where the words stand in a text, whatever their case: from the beginning of a word on, and between words whatever separates them. */
export function findWords(text: string, words: readonly string[]): Span[] {
  const terms = words
    .map((word) => word.split(/[^\p{L}\p{N}]+/u).filter((part) => part !== ''))
    .filter((parts) => parts.length > 0)
    .map((parts) => parts.join('[^\\p{L}\\p{N}]+'));
  if (terms.length === 0) return [];
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])(?:${terms.join('|')})`, 'giu');
  return [...text.matchAll(pattern)].map(({ 0: found, index }) => [index, index + found.length]);
}
