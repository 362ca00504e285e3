/** Lists of completions: searched, filtered and sorted. */
import type { DatabaseSync } from 'node:sqlite';
import type { CompletionPage, CompletionRow, SnippetPart } from '../../protocol/panels/outputs.ts';
import type { CompletionQuery } from '../../protocol/panels/outputsRequests.ts';
import type { RunTasks } from '../../protocol/tasks.ts';
import { completionKey, STOP_REASONS } from '../completionRows.ts';
import type { RunReader } from '../reader.ts';
import { integer, nullable, number, text, word, type Row } from '../rows.ts';
import { toMatchExpression } from '../search.ts';
import { filteredIds, isFrequent, matchingIds, type Search } from './completionIds.ts';
import { problemPlace, problemRange } from './problemPlace.ts';
import { opening, snippets } from './snippets.ts';

/** A page of completions. */
export function readCompletionPage(reader: RunReader, query: CompletionQuery): CompletionPage {
  return reader.query((db) => {
    const { manifest } = reader;
    const asked = { ...query, problems: problemRange(manifest, query.task) };
    if (query.words.trim() === '') {
      const { ids, total } = filteredIds(db, asked);
      return { rows: readRows(db, ids, manifest, (texts) => texts.map(opening)), total };
    }
    const search = searchOf(db, query.words);
    if (search === null) return { rows: [], total: 0 };
    const { ids, total } = matchingIds(db, asked, search);
    return { rows: readRows(db, ids, manifest, (texts) => snippets(texts, search.expression)), total };
  });
}

/**
 * The last word may be the beginning of one while it is typed, which takes up to 100 ms to look up among 500,000 completions. A word
 * that is found often by itself is taken as it is.
 */
function searchOf(db: DatabaseSync, words: string): Search | null {
  const whole = toMatchExpression(words, { beginnings: false });
  const expression = toMatchExpression(words);
  if (whole === null || expression === null) return null;
  const frequent = isFrequent(db, whole);
  return { expression: frequent ? whole : expression, frequent };
}

function readRows(
  db: DatabaseSync,
  ids: readonly number[],
  manifest: RunTasks,
  snippetsOf: (texts: readonly string[]) => readonly (readonly SnippetPart[])[],
): CompletionRow[] {
  const select = db.prepare(
    `SELECT c.step, c.problem, c.occurrence, c.round, c.sample, c.reward, c.stop_reason, c.errors, c.length, t.text
     FROM completions c JOIN contents t ON t.id = c.id WHERE c.id = ?`,
  );
  const rows = ids.map((id) => select.get(id) ?? {});
  const parts = snippetsOf(rows.map((row) => text(row, 'text')));
  return rows.map((row, index) => completionRow(row, manifest, parts[index] ?? []));
}

function completionRow(row: Row, manifest: RunTasks, snippet: readonly SnippetPart[]): CompletionRow {
  const key = completionKey(row);
  return {
    key,
    place: problemPlace(manifest, key.problem),
    snippet,
    reward: nullable(number, row, 'reward'),
    stopReason: word(row, 'stop_reason', STOP_REASONS),
    errors: integer(row, 'errors'),
    length: integer(row, 'length'),
  };
}
