/** Full-text search over completions. */
import type { DatabaseSync } from 'node:sqlite';
import type { CompletionKey } from '../protocol/completion.ts';
import type { SnippetPart } from '../protocol/panels/outputs.ts';
import type { CompletionRecord } from '../protocol/run.ts';
import { completionKey, PURPOSES, SPLITS } from './completionRows.ts';
import { nullable, number, text, word } from './rows.ts';
import { VISIBLE } from './visible.ts';

export interface SearchHit {
  readonly key: CompletionKey;
  readonly purpose: CompletionRecord['purpose'];
  readonly split: CompletionRecord['split'];
  readonly reward: number | null;
  /** The text around the first matches. */
  readonly snippet: readonly SnippetPart[];
}

/** Letters of a word of which the beginning is enough; the words that begin with one or two are too many to go through as one types. */
const SHORTEST_BEGINNING = 3;
/** Around matches in what SQLite returns: control characters, which a decoded completion hardly ever has. */
const MATCH_START = '\u0002';
const MATCH_END = '\u0003';
/** Tokens of a snippet: about two lines of a list. */
const SNIPPET_TOKENS = 32;
/** The text around the first matches, for `snippetParts`. */
export const SNIPPET = `snippet(completion_text, 0, '${MATCH_START}', '${MATCH_END}', '…', ${SNIPPET_TOKENS})`;

/**
 * What a person typed as an FTS5 expression: every word must occur, `"quoted words"` as a phrase, and the last word, from three letters
 * on, may be the beginning of one. Quoting leaves no way to write FTS5's own operators, and so no way to write a wrong one.
 * @param beginnings false for whole words only
 * @returns null where there is nothing to search for
 */
export function toMatchExpression(query: string, { beginnings = true } = {}): string | null {
  const terms = [...query.matchAll(/"([^"]*)"?|([^\s"]+)/g)]
    .map(([, phrase, single], index, all) => ({
      term: phrase ?? single ?? '',
      open: single !== undefined && index === all.length - 1,
    }))
    // The tokenizer sees letters and digits only; what has none would match nothing.
    .filter(({ term }) => /[\p{L}\p{N}\p{Co}]/u.test(term));
  if (terms.length === 0) return null;
  return terms
    .map(({ term, open }) => {
      const beginning = beginnings && open && term.length >= SHORTEST_BEGINNING;
      return `"${term.replaceAll('\0', '')}"${beginning ? ' *' : ''}`;
    })
    .join(' AND ');
}

/** Newest first, which unlike an order by relevance costs the same whatever the run's size. */
export function searchCompletions(db: DatabaseSync, query: string, limit: number): SearchHit[] {
  const expression = toMatchExpression(query);
  if (expression === null) return [];
  const rows = db
    .prepare(
      `SELECT c.step, c.problem, c.occurrence, c.round, c.sample, c.purpose, c.split, c.reward,
         ${SNIPPET} AS snippet
       FROM completion_text JOIN completions c ON c.id = completion_text.rowid
       WHERE completion_text MATCH ? AND c.${VISIBLE}
       ORDER BY completion_text.rowid DESC LIMIT ?`,
    )
    .all(expression, limit);
  return rows.map((row) => ({
    key: completionKey(row),
    purpose: word(row, 'purpose', PURPOSES),
    split: word(row, 'split', SPLITS),
    reward: nullable(number, row, 'reward'),
    snippet: snippetParts(text(row, 'snippet')),
  }));
}

/** What `SNIPPET` gave, in parts. */
export function snippetParts(marked: string): SnippetPart[] {
  return marked
    .split(MATCH_START)
    .flatMap((piece, index) => {
      const end = index === 0 ? -1 : piece.indexOf(MATCH_END);
      return [
        { text: piece.slice(0, Math.max(0, end)), match: true },
        { text: piece.slice(end + 1), match: false },
      ];
    })
    .filter((part) => part.text !== '');
}
