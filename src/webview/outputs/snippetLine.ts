/** A snippet on one line of a list that may be narrow: the first match is near its beginning. */
import type { SnippetPart } from '../../engine/protocol/panels/outputs.ts';
import { visibleLine } from './visibleText.ts';

/** Characters before the first match. */
const LEAD = 20;

/** The parts as they are shown, with what precedes the first match cut to a few words. */
export function snippetLine(snippet: readonly SnippetPart[]): SnippetPart[] {
  const parts = snippet.map(({ text, match }) => ({ text: visibleLine(text), match }));
  const first = parts.findIndex(({ match }) => match);
  const before = parts
    .slice(0, Math.max(0, first))
    .map(({ text }) => text)
    .join('');
  if (before.length <= LEAD) return parts;
  const cut = before.slice(-LEAD);
  // From the beginning of a word, where there is one.
  const lead = cut.slice(cut.indexOf(' ') + 1);
  return [{ text: `…${lead}`, match: false }, ...parts.slice(first)];
}
