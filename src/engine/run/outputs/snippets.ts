/**
 * What surrounds the words that were searched for. The run's own index would be walked from its beginning for each completion, so the
 * few of a page are indexed anew, in memory, by the same rules.
 */
import { DatabaseSync } from 'node:sqlite';
import type { SnippetPart } from '../../protocol/panels/outputs.ts';
import { integer, text } from '../rows.ts';
import { SNIPPET, snippetParts } from '../search.ts';
import { cutText } from './cutText.ts';

/** UTF-16 units: a match further down a completion is not shown, and a page is found in a moment all the same. */
const SEARCHED_LENGTH = 20_000;

/**
 * @param expression of `toMatchExpression`
 * @returns one for each text; the beginning of it where nothing is found
 */
export function snippets(texts: readonly string[], expression: string): SnippetPart[][] {
  const db = new DatabaseSync(':memory:');
  try {
    db.exec('CREATE VIRTUAL TABLE completion_text USING fts5 (text)');
    const insert = db.prepare('INSERT INTO completion_text (rowid, text) VALUES (?, ?)');
    texts.forEach((whole, index) => insert.run(index, whole.slice(0, SEARCHED_LENGTH)));
    const found = new Map(
      db
        .prepare(`SELECT rowid, ${SNIPPET} AS snippet FROM completion_text WHERE completion_text MATCH ?`)
        .all(expression)
        .map((row) => [integer(row, 'rowid'), snippetParts(text(row, 'snippet'))]),
    );
    return texts.map((whole, index) => found.get(index) ?? opening(whole));
  } finally {
    db.close();
  }
}

/** UTF-16 units of a completion that are shown where nothing was searched for: about two lines of a list. */
const OPENING_LENGTH = 200;

/** The beginning of a text as a snippet without a match. */
export function opening(whole: string): SnippetPart[] {
  const shown = cutText(whole, OPENING_LENGTH);
  return [{ text: shown.length < whole.length ? `${shown}…` : shown, match: false }];
}
